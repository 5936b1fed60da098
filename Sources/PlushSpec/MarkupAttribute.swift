/// An attribute of an element, named with its prefix where it has one (`xml:lang`).
package struct MarkupAttribute: Sendable, Equatable {
    package var name: String
    package var value: String
}
