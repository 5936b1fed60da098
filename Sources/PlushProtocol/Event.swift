import NIOCore
import PlushTree
import PlushWire

/// All that can happen to a node. Time passes only with events; every one comes with `now`.
package enum Event: Sendable {
    /// A link to the parent that was dialled is authenticated.
    case parentLinkOpened(LinkID, Certificate)
    /// A link from a child is authenticated, and its first transport record has opened.
    case childLinkOpened(LinkID, Certificate)
    /// A node could not be dialled, or refused the handshake.
    case dialFailed(Rank, String)
    case message(LinkID, Message)
    /// A link is gone; also the answer to closing it.
    case linkClosed(LinkID, String)
    /// The deadline that the node last named has come.
    case timer

    /// A command was started.
    case processStarted(OperationID)
    /// A command could not be started; the code is what a shell would have returned (126, 127), the word why.
    case processNotStarted(OperationID, code: Int32, String)
    /// A command ended; both pipes may still hold output.
    case processExited(OperationID, ProcessExit)
    /// Bytes of a command's output, or of a collection.
    case output(OperationID, OutputSegment.Stream, ByteBuffer)
    /// A stream has ended.
    case outputEnded(OperationID, OutputSegment.Stream)
    /// A collection ended; a word where something is missing.
    case collected(OperationID, failure: String?)

    /// The place for an operation's files is ready, or is not (a word why).
    case filesPrepared(OperationID, failure: String?)
    /// A chunk was verified and stored.
    case chunkStored(OperationID, number: UInt32)
    /// A chunk is not what the signed manifest says.
    case chunkForged(OperationID, number: UInt32, LinkID)
    /// A chunk could not be stored here (disk full); this rank fails, the chunk is passed on.
    case chunkNotStored(OperationID, number: UInt32, String)
    /// All files stand under their names, or do not.
    case filesFinished(OperationID, failure: String?)

    /// A command's process wants to enter a barrier; answered by `answerApplication`.
    case applicationEnters(OperationID, barrier: String, request: UInt64)
    /// It no longer waits for that answer.
    case applicationLeaves(request: UInt64)
    /// A command's process says how far it has come (in thousandths), or something else.
    case applicationSays(OperationID, progress: UInt32?, text: String)

    /// Controller: a started agent has spoken; where it can be reached by others.
    case agentHello(Rank, AgentHello, NetworkAddress)
    /// Controller: what the start of an agent waits for now, as the cause to give should its time run out meanwhile.
    /// `hasProgressed`: its time begins anew, since what takes so long does go on (a transfer over a slow line).
    case agentStarting(Rank, waitingFor: String, hasProgressed: Bool)
    /// Controller: an agent could not be started, or died before it joined.
    case agentFailed(Rank, String)
    /// Controller: the journal holds all records up to this one.
    case journalDurable(upTo: UInt64)
    /// Controller: whoever receives the output has taken these bytes, which came over this link.
    case outputConsumed(LinkID, bytes: UInt64)
}

/// How a command ended.
package enum ProcessExit: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
}
