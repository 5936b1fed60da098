import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What a node's actions need besides links, on every kind of node.
package protocol NodeEffects: AnyObject {
    /// A chunk from the spool, or nil when it cannot be read (the receiver's link is then closed).
    func spooledChunk(_ operation: OperationID, number: UInt32) -> FileChunk?
    func forgetFiles(_ operation: OperationID)
    func note(_ text: String)
    /// A link from below is gone; `reason` says whose and why. `wasOpen`: whether the node knows of it.
    func linkEnded(_ link: LinkID, reason: String, wasOpen: Bool)
}

/// What an agent's actions do to its host.
package protocol AgentEffects: AnyObject {
    func dial(_ parent: Bootstrap.Parent)
    func attached()
    func spawn(_ operation: OperationID, _ task: RunTask)
    func signal(_ operation: OperationID, _ signal: ProcessSignal)
    func setPaused(_ isPaused: Bool, _ operation: OperationID, _ stream: OutputSegment.Stream)
    func closeOutput(_ operation: OperationID)
    func collect(_ operation: OperationID, _ task: CollectTask)
    func prepareFiles(_ operation: OperationID, _ task: FilesTask, asTarget: Bool)
    func storeChunk(_ chunk: FileChunk, _ link: LinkID)
    func finishFiles(_ operation: OperationID)
    func answerApplication(_ request: UInt64, _ answer: BarrierAnswer)
    func terminate(_ reason: String)
}

/// What a controller's actions do on the user's machine.
package protocol ControllerEffects: AnyObject {
    func startAgent(_ rank: Rank)
    func sendBootstrap(_ rank: Rank, _ bootstrap: Bootstrap)
    func abandonAgent(_ rank: Rank, _ reason: String)
    func append(_ batch: SignedBatch)
    func deliver(_ segment: OutputSegment, _ link: LinkID, bytes: UInt64)
    func notify(_ notice: ControllerNotice)
}
