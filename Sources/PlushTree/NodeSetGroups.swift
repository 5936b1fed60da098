extension NodeSet {
    /// Where the groups of node sets (`@gpu`, `@rack[1-3]`, `@slurm:debug`, `@*`) come from.
    ///
    /// This module reads no files and runs no commands: whoever expands a text brings them along.
    public struct Groups: Sendable {
        /// What is asked; a `source` of nil is the one that needs no name.
        public enum Query: Hashable, Sendable {
            /// The hosts of one group: `@group`, `@source:group`.
            case members(group: String, source: String?)
            /// All hosts: `@*`, `@source:*`, and what `n*` is held against.
            case all(source: String?)
            /// The names of the groups themselves: `@@source`.
            case names(source: String?)
        }

        /// Why there is no answer: what was found, and what would be right.
        public struct Fault: Error, Sendable, Equatable {
            /// One line for a person.
            public let message: String

            /// Makes a fault.
            public init(_ message: String) {
                self.message = message
            }
        }

        /// The answer is a node set, which may name groups again; these are of the same source unless they say which.
        let answer: @Sendable (Query) throws(Fault) -> String

        /// Groups that are answered for by a function; it is called once for each place in a text that asks.
        public init(_ answer: @escaping @Sendable (Query) throws(Fault) -> String) {
            self.answer = answer
        }

        /// No groups at all: any use of one is an error.
        public static let none = Groups { (_: Query) throws(Fault) -> String in
            throw Fault("groups of hosts cannot be used here; write the names of the hosts")
        }
    }
}
