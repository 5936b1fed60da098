import PlushProtocol
import PlushTree
import PlushWire

/// An operation as the life of a run sees it: what to do, what to call it, and which files go with it.
struct Work: Sendable {
    let name: String
    let phase: ControllerEvent.Phase
    let request: ControllerNode.Request
    let spool: TransferSpool?
    /// Receives collected files; its progress is on the event loop.
    let sink: OutputFiles?
    /// Hears on the event loop what ranks have begun, ended and were lost, and keeps the account of progress; nil: it is
    /// told as an event.
    let observer: (@Sendable (_ started: RankSet, _ ended: RankSet, _ lost: RankSet) -> Void)?
    /// The user is told neither of its beginning nor of its progress.
    let isSilent: Bool
    /// Gets the output on the event loop in place of the user.
    let reader: (@Sendable (ControllerEvent.Output) -> Void)?
    /// The run that it belongs to, where an overlay has several; nil: the one for which the overlay was built.
    var group: WorkGroup?

    init(
        name: String, phase: ControllerEvent.Phase, request: ControllerNode.Request, spool: TransferSpool? = nil,
        sink: OutputFiles? = nil,
        observer: (@Sendable (_ started: RankSet, _ ended: RankSet, _ lost: RankSet) -> Void)? = nil,
        isSilent: Bool = false, reader: (@Sendable (ControllerEvent.Output) -> Void)? = nil
    ) {
        self.isSilent = isSilent
        self.observer = observer
        self.reader = reader
        self.name = name
        self.phase = phase
        self.request = request
        self.spool = spool
        self.sink = sink
    }
}
