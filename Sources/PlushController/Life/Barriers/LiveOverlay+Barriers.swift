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
        let graceMilliseconds: UInt32
    }

    /// Opens the barriers of a run; throws ``ControllerError`` for one that its hosts cannot satisfy.
    func open(_ plan: BarrierPlan, _ setting: BarrierSetting) async throws {
        let scratch = path
        try await loop.submit { [host, reporter, desk] in
            let opened = BarrierDesk(
                plan, host: host.value, reporter: reporter.value, fileName: setting.fileName,
                directory: setting.directory, scratch: scratch, places: setting.places,
                graceMilliseconds: setting.graceMilliseconds)
            try opened.open()
            desk.value = opened
            host.value.barrierObserver = { opened.note($0) }
        }.get()
    }

    /// Submits the operations of several clusters, all in one batch of the log. `make`: the work of a command.
    func begin(
        _ chains: [StageChain],
        make: @escaping @Sendable (_ name: String, ControllerNode.Request, _ isPlaceholder: Bool) -> Work
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

    /// Ends the barriers of a run: their account, and the hosts that were given up there.
    func closeBarriers() async throws -> (accounts: [Summary.Barrier], dropped: RankSet) {
        let loop = loop
        return try await loop.flatSubmit { [host, desk] () -> EventLoopFuture<([Summary.Barrier], RankSet)> in
            guard let closing = desk.value else { return loop.makeSucceededFuture(([], RankSet())) }
            desk.value = nil
            host.value.barrierObserver = nil
            let dropped = closing.dropped
            return closing.close().map { ($0, dropped) }
        }.get()
    }
}
