/// An element of the parsed document as a plain value, so that the walk needs no pointer.
package struct MarkupElement: Sendable, Equatable {
    package var name: String
    /// The namespace it stands in; the language has none.
    package var namespace: String?
    /// The line where the start tag begins.
    package var line: Int
    package var attributes: [MarkupAttribute]
    package var children: [MarkupElement]
    /// The text directly inside, with comments and children taken out.
    package var text: String

    /// The value of the attribute of that name, or nil.
    package func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
