/// A node's number for the life of an overlay: its place in the resolved host list.
///
/// A rank is never reused and says nothing about the node's place in the tree; a route is a table from child to
/// ``RankSet``. Host ranks count from 0; the controller that a user's command starts holds ``controller``.
public struct Rank: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    public let value: UInt32

    /// Makes a rank of its number.
    public init(_ value: UInt32) {
        self.value = value
    }

    /// The rank of a controller that is not one of the hosts (the usual case: the user's workstation).
    public static let controller = Rank(UInt32.max)

    /// The order of the numbers.
    public static func < (left: Rank, right: Rank) -> Bool {
        left.value < right.value
    }

    /// The number, or `controller`.
    public var description: String {
        self == .controller ? "controller" : String(value)
    }
}
