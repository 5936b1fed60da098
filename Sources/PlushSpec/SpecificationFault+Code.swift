extension SpecificationFault {
    /// The sorts of faults.
    public enum Code: String, Sendable, Equatable, CaseIterable {
        /// The file cannot be read: missing, a directory, no permission.
        case unreadable
        /// Not UTF-8, or not well-formed XML.
        case malformed
        /// A document type declaration, which is never accepted.
        case documentType
        /// A limit of ``SpecificationLimits`` is exceeded.
        case limit
        /// An element that is unknown or stands in the wrong place.
        case unknownElement
        /// An attribute that the element does not have.
        case unknownAttribute
        /// A required element, attribute or text is not there.
        case missing
        /// Something comes twice: a name, or an element that may come once.
        case duplicate
        /// A name is used that the project does not define.
        case undefined
        /// A text that is not what it should be: a number, name, path, URL, time.
        case value
        /// The walk found nothing, but the schema refuses the document.
        case schema
    }
}
