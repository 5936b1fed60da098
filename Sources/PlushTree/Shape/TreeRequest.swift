/// What `--tree` can be given: a shape, or a way to find one for the hosts at hand.
public enum TreeRequest: Hashable, Sendable {
    /// A shape that depends on nothing else.
    case shape(TreeShape)
    /// The postal tree at costs that are to be measured, or assumed.
    case postal
    /// The k-ary tree whose arity suits the costs (nil: to be measured, or assumed) and the number of hosts.
    case auto(LinkCosts?)
    /// The explicit tree that this file describes.
    case file(path: String)

    /// Everything that may be given, for help and errors.
    public static let forms =
        "kary:K (K from 1 to \(TreeShape.fanoutMax)), flat, chain, binomial, postal or postal:L,g, auto or auto:L,g, "
        + "or file:F"

    /// Reads what a user gave.
    ///
    /// - Throws: ``TreeError`` that says what may be given.
    public init(_ text: String) throws(TreeError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let argument = parts.count == 2 ? parts[1] : nil
        switch (parts[0], argument) {
        case ("flat", nil): self = .shape(.flat)
        case ("chain", nil): self = .shape(.chain)
        case ("binomial", nil): self = .shape(.binomial)
        case ("postal", nil): self = .postal
        case ("postal", let costs?): self = .shape(.postal(try LinkCosts(costs)))
        case ("auto", nil): self = .auto(nil)
        case ("auto", let costs?): self = .auto(try LinkCosts(costs))
        case ("file", let path?) where !path.isEmpty: self = .file(path: String(path))
        case ("kary", let digits?):
            guard let fanout = Int(digits), (1...TreeShape.fanoutMax).contains(fanout), String(fanout) == digits else {
                throw Self.unknown(text)
            }
            self = .shape(.kary(fanout: fanout))
        default: throw Self.unknown(text)
        }
    }

    private static func unknown(_ text: String) -> TreeError {
        TreeError(.request, "takes \(forms), not '\(TreeError.excerpt(text))'")
    }
}

extension TreeShape {
    /// Reads what ``description`` prints; nil for anything else, and for an explicit tree, which is not in the text.
    public init?(_ text: String) {
        guard case .shape(let shape)? = try? TreeRequest(text) else { return nil }
        self = shape
    }
}
