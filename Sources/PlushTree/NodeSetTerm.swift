/// A name of a node set, and what is done with it to what stands before.
struct NodeSetTerm {
    /// What stands between two names; applied from left to right, none before another.
    enum Operator: UInt8 {
        case union = 0x2C
        case difference = 0x21
        case intersection = 0x26
        case exclusive = 0x5E

        /// As errors call it.
        var name: String {
            self == .union ? "the comma" : "the operator \(Character(Unicode.Scalar(rawValue)))"
        }
    }

    let operation: Operator
    let pattern: NodeSetPattern
}
