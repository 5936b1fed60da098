import NIOCore

/// Limits of the runtime, each with its reason.
package enum RuntimeLimits {
    /// A handshake is two messages; on a starved machine with 1,000 agents starting at once they still take seconds.
    package static let handshakeTime = TimeAmount.seconds(20)
    /// How long a dial may take: others are tried meanwhile, and a machine that is gone answers nothing.
    package static let dialTime = TimeAmount.seconds(5)
    /// Connections to one agent that have not finished their handshake: bounds what strangers can hold open.
    package static let halfOpenLinksMax = 128
    /// Bulk plaintext sealed into records at a time.
    package static let bulkRecordBytes = 64 << 10
    /// Bulk bytes handed to the socket in one write.
    package static let bulkWriteBytes = 256 << 10
    /// Above this much unwritten data bulk waits; control does not.
    package static let writeBufferHighBytes = 256 << 10
    /// Below it bulk goes on.
    package static let writeBufferLowBytes = 64 << 10
    /// What is read from a command's pipe at a time: a pipe's own capacity.
    package static let pipeReadBytes = 64 << 10
    /// How long a command may run before its pipes are watched: one that ends sooner is read when it ends, which saves
    /// two registrations per command (8 % of an agent's CPU for `true` where the machine is busy). Short enough that
    /// nobody who looks at the output of a long command notices.
    package static let pipeWatchDelay = TimeAmount.milliseconds(50)
    /// How long an agent waits for its bootstrap: the window of a launch of thousands passes in this time.
    package static let bootstrapTime = TimeAmount.seconds(300)
    /// How long an agent tries to write its last words.
    package static let lastWordsTime = TimeAmount.milliseconds(500)
    /// Between two looks for processes that are being killed; the first death ends the pause.
    package static let killPauseMilliseconds: Int32 = 20
    /// What a shell's start-up files may print before the agent's first word.
    package static let launchNoiseBytesMax = 64 << 10
    /// Pieces in which collected files are read.
    package static let collectionReadBytes = 32 << 10
}
