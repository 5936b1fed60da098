import NIOCore

/// Limits of the application's socket, each with its reason.
enum ApplicationSocketLimits {
    /// Bytes of a line: a name, or an event of which the wire carries 512.
    static let lineBytesMax = 4_096
    /// Connections of one process at a time: one per waiting thread, and some.
    static let connectionsMax = 64
    /// Bytes of a socket's path with its final zero (`sun_path`).
    static let pathBytesMax = 108
    /// Events that a connection may send without a pause of a tenth of a second; more would flood the tree.
    static let eventsPerInterval = 32
    static let interval = TimeAmount.milliseconds(100)
}
