import NIOCore
import PlushProtocol
import PlushTree

extension LiveOverlay {
    /// What the barriers of a run need to know besides their plan.
    struct BarrierSetting: Sendable {
        /// The specification's name in messages, and its folder.
        let fileName: String
        let directory: String
        /// The hosts of each application's directory.
        let places: [(directory: String, ranks: RankSet)]
        let spares: BarrierDesk.Spares
        let graceMilliseconds: UInt32
    }

    /// Opens the barriers of a run; throws ``ControllerError`` for one that its hosts cannot satisfy.
    func open(_ plan: BarrierPlan, _ setting: BarrierSetting) async throws {
        let scratch = path
        try await loop.submit { [host, reporter, desk] in
            let opened = BarrierDesk(
                plan, host: host.value, reporter: reporter.value, fileName: setting.fileName,
                directory: setting.directory, scratch: scratch, places: setting.places,
                spares: setting.spares, graceMilliseconds: setting.graceMilliseconds)
            try opened.open()
            desk.value = opened
            host.value.barrierObserver = { opened.note($0) }
        }.get()
    }

    /// Submits the operations of several clusters, all in one batch of the log. `make`: the work of a command.
    func begin(
        _ chains: [StageChain],
        make: @escaping StageChain.Maker
    ) async throws -> [PendingWork] {
        try await loop.submit { [host, desk] in
            let works = chains.flatMap { host.value.submit($0, make: make) }
            desk.value?.look(after: works)
            return works
        }.get()
    }

    /// Waits until a barrier has let hosts through, or all these have ended.
    func firstRelease(or works: [PendingWork]) async throws {
        let loop = loop
        try await loop.flatSubmit { [desk] in
            guard let released = desk.value?.released else { return loop.makeSucceededVoidFuture() }
            EventLoopFuture.andAllComplete(works.map(\.result), on: loop).whenComplete { _ in
                desk.value?.stopWaiting()
            }
            return released
        }.get()
    }

    /// Stops operations wherever they have not ended.
    func cancel(_ works: [PendingWork]) async throws {
        try await loop.submit { [host] in
            for pending in works { host.value.cancel([pending.id], on: pending.work.request.targets) }
        }.get()
    }

    /// Operations that spares have been given meanwhile: those after the first `count` of all.
    func works(after count: Int) async throws -> [PendingWork] {
        try await loop.submit { [desk] in Array(desk.value?.works.dropFirst(count) ?? []) }.get()
    }

    /// What came of the barriers of a run.
    struct BarrierResult: Sendable {
        var accounts: [Summary.Barrier] = []
        /// Hosts that were given up, and those of which spares have taken the place.
        var dropped = RankSet()
        var replacements: [(rank: Rank, spare: Rank)] = []
    }

    /// Ends the barriers of a run.
    func closeBarriers() async throws -> BarrierResult {
        let loop = loop
        return try await loop.flatSubmit { [host, desk] () -> EventLoopFuture<BarrierResult> in
            guard let closing = desk.value else { return loop.makeSucceededFuture(BarrierResult()) }
            desk.value = nil
            host.value.barrierObserver = nil
            let (dropped, replacements) = (closing.dropped, closing.replacements)
            return closing.close().map {
                BarrierResult(accounts: $0, dropped: dropped, replacements: replacements)
            }
        }.get()
    }
}
