import NIOCore

/// Every limit of an overlay that stays up, each with its reason.
enum ServiceLimits {
    /// The version of the protocol on the socket, held against the client's before anything else is said.
    static let version: UInt16 = 1
    /// The path of a Unix socket, its final zero not counted: `sun_path` has 108 bytes.
    static let socketPathBytesMax = 107
    /// An overlay's name is part of that path.
    static let nameBytesMax = 32
    /// One frame from a client: a command line (128 KiB a word) with the ranks that it is for, or a piece of input.
    static let requestBytesMax = 4 << 20
    /// One frame to a client: the names of 2^20 hosts.
    static let replyBytesMax = 64 << 20
    /// A piece of a command's input.
    static let inputBytesMax = 256 << 10
    /// All of it: bounds the disk that one client takes.
    static let inputTotalBytesMax: Int64 = 16 << 30
    /// Words of one command.
    static let wordsMax = 1 << 14
    /// Clients at one time; each has a descriptor.
    static let connectionsMax = 256
    /// How long a connection may say nothing before it has said who it is.
    static let greeting = TimeAmount.seconds(5)
    /// How long a client waits for an answer that needs no work.
    static let answerSeconds = 10
    /// Operations that have not ended.
    static let runningMax = 64
    /// Operations that have ended and whose output is kept, the latest.
    static let endedMax = 100
    /// What all of these may take of the disk together.
    static let endedBytesMax = 512 << 20
    /// Output kept of one operation. Beyond it the oldest is given up that nobody follows any more, and where somebody
    /// does, the commands wait.
    static let spoolBytesMax = 64 << 20
    /// One file of it: what is given up at once.
    static let spoolPartBytes = 4 << 20
    /// How long a client may hold up an operation by reading nothing before it is let go.
    static let stall = TimeAmount.seconds(60)
    /// What is read of a spool at once, for one client.
    static let readBytes = 256 << 10
    /// Between two reports of progress: their number must not grow with that of hosts.
    static let progress = TimeAmount.milliseconds(100)
    /// The text of a command as lists show it.
    static let commandBytesMax = 4 << 10
    /// The log of a controller: what comes later is left out.
    static let logBytesMax = 1 << 20
}
