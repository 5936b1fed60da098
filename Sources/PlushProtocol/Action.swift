import NIOCore
import PlushTree
import PlushWire

/// All that a node can ask for. Interpreted in exactly two places: the runtime, and the simulator's world.
package enum Action: Sendable {
    /// Sends a message; output and chunks give way to all others.
    case send(LinkID, Message)
    /// Sends a chunk that is in the spool.
    case sendSpooled(LinkID, OperationID, number: UInt32)
    /// Closes a link once what was sent before is written.
    case close(LinkID, String)
    /// Connects to a node that may become the parent, or uses the launch channel where it has no address. Several may
    /// be dialled side by side.
    case dial(Bootstrap.Parent)
    /// The node's place in the tree is sure; a launch channel that is not its link may be closed.
    case attached

    case spawn(OperationID, RunTask)
    /// Signals the command's process group.
    case signal(OperationID, ProcessSignal)
    case pauseOutput(OperationID, OutputSegment.Stream)
    case resumeOutput(OperationID, OutputSegment.Stream)
    /// Nothing more is read from a command that has ended.
    case closeOutput(OperationID)
    case collect(OperationID, CollectTask)

    /// Makes the place for files: an assembler when this rank is a target, a spool when it may have to pass them on.
    case prepareFiles(OperationID, FilesTask, asTarget: Bool)
    /// Verifies a chunk against the manifest, spools it, and stores it when this rank is a target.
    case storeChunk(FileChunk, LinkID)
    /// Every chunk is stored: all files must stand under their names now.
    case finishFiles(OperationID)
    /// Spool and temporary files of an operation are no longer needed.
    case forgetFiles(OperationID)

    /// Answers a process that asked through its socket.
    case answerApplication(request: UInt64, BarrierAnswer)

    /// The node is done: stops whatever is left, removes its directory and ends.
    case terminate(String)
    /// A word for the log: a refusal, a departure. Never a secret.
    case note(String)

    /// Controller: starts the agent of a host.
    case startAgent(Rank)
    /// Controller: sends an agent its bootstrap over its launch channel.
    case sendBootstrap(Rank, Bootstrap)
    /// Controller: gives an agent up; its launch channel is closed and what was started is stopped.
    case abandonAgent(Rank, String)
    /// Controller: appends to the journal; answered by `journalDurable`.
    case append(SignedBatch)
    /// Controller: output for whoever asked; answered by `outputConsumed` for that link and that many bytes.
    case deliver(OutputSegment, LinkID, bytes: UInt64)
    /// Controller: something that a client of the library may want to know.
    case notify(ControllerNotice)
}

/// The two signals that end a command: the first asks, the second does not.
package enum ProcessSignal: Hashable, Sendable {
    case terminate
    case kill
}
