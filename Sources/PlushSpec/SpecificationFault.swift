/// One fault of a specification file.
public struct SpecificationFault: Sendable, Equatable, CustomStringConvertible {
    /// What sort of fault, for programs.
    public let code: Code
    /// The file's name as given to the parser.
    public let file: String
    /// The line, from 1; 1 where the fault concerns the file as a whole.
    public let line: Int
    /// The element that is at fault, without angle brackets; nil where the fault concerns the file as a whole.
    public let element: String?
    /// What was found and what would be right.
    public let message: String

    /// Makes a fault.
    public init(code: Code, file: String, line: Int, element: String? = nil, message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.element = element
        self.message = message
    }

    /// `FILE:LINE: <element>: message`.
    public var description: String {
        let subject = element.map { "<\($0)>: " } ?? ""
        return "\(file):\(line): \(subject)\(message)"
    }
}
