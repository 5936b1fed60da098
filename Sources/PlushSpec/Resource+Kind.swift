extension Resource {
    /// The sort of a resource, the attribute `type`. Sorts that this module does not know are kept, because whoever
    /// resolves resources knows which there are.
    public enum Kind: Sendable, Equatable, CustomStringConvertible {
        /// Agents on the controller's own machine.
        case local
        /// Hosts reached by SSH.
        case ssh
        /// Hosts of a PlanetLab slice.
        case plab
        /// Any other word.
        case other(String)

        /// The sort that a word stands for.
        public init(_ word: String) {
            switch word {
            case "local": self = .local
            case "ssh": self = .ssh
            case "plab": self = .plab
            default: self = .other(word)
            }
        }

        /// The word as in the file.
        public var description: String {
            switch self {
            case .local: "local"
            case .ssh: "ssh"
            case .plab: "plab"
            case .other(let word): word
            }
        }
    }
}
