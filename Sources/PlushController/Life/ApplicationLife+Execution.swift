import PlushProtocol
import PlushSpec
import PlushTree
import PlushWire

/// One configuration from the transfer of its software to its clean-up.
extension ApplicationLife {
    /// A cluster with the hosts that it got.
    typealias Place = (cluster: Cluster, ranks: RankSet)

    mutating func run(
        _ step: RunPlan.Step, _ number: Int, _ places: [RankSet], _ software: [ClusterKey: TransferSpool]
    ) async throws {
        let clusters: [Place] = Array(zip(step.configuration.clusters, places))
        let barriers = BarrierPlan(
            step, number: number, clusters: clusters, isWatched: options.progressMilliseconds > 0)
        do {
            try await overlay.open(
                barriers,
                LiveOverlay.BarrierSetting(
                    fileName: plan.fileName, directory: directory,
                    places: clusters.map { (ClusterKey(step, $0.cluster).directoryName, $0.ranks) },
                    spares: spares(step, clusters, barriers, software), graceMilliseconds: options.graceMilliseconds))
        } catch let error as ControllerError {
            events.send(.warning("\(error): configuration \(step.configuration.name) is not run"))
            return
        }
        let ready = try await execute(step, clusters, barriers, software)
        let result = try await overlay.closeBarriers()
        ledger.barriers += result.accounts
        ledger.dropped.formUnion(result.dropped)
        for (rank, spare) in result.replacements { ledger.replace(rank, by: spare) }
        launched.formUnion(RankSet(result.replacements.map(\.spare)))
        guard let ready = ready?.map({ place in Self.replaced(place, result.replacements) }) else { return }
        if !controller.isStopped { try await collect(step, ready) }
        try await cleanUp(step, ready)
    }

    private static func replaced(_ place: Place, _ replacements: [(rank: Rank, spare: Rank)]) -> Place {
        var ranks = place.ranks
        for (rank, spare) in replacements where ranks.contains(rank) {
            ranks.remove(rank)
            ranks.insert(spare)
        }
        return (place.cluster, ranks)
    }

    /// What spares are given that take the place of stragglers.
    private func spares(
        _ step: RunPlan.Step, _ clusters: [Place], _ barriers: BarrierPlan, _ software: [ClusterKey: TransferSpool]
    ) -> BarrierDesk.Spares {
        let (life, names) = (self, clusters.map(\.cluster))
        return BarrierDesk.Spares(
            ranks: step.pool.filter { !launched.contains($0) },
            transfer: { life.transfer(step, (names[$0], $1), software) },
            chain: { life.chain(step, (names[$0], $1), barriers, transfer: nil) }, make: command)
    }

    /// Software, barriers and processes; returns the hosts that had their software, nil where nothing was to be started.
    ///
    /// A cluster that begins with a barrier is submitted whole, software included: each host enters when it has it.
    /// The others start together once the software is installed everywhere it has to be.
    private mutating func execute(
        _ step: RunPlan.Step, _ clusters: [Place], _ barriers: BarrierPlan, _ software: [ClusterKey: TransferSpool]
    ) async throws -> [Place]? {
        let ahead = clusters.filter { $0.cluster.stages.first?.barrier != nil }
        let together = clusters.filter { $0.cluster.stages.first?.barrier == nil }
        events.send(.phase(.transfer, detail: step.title))
        let chains = ahead.map { chain(step, $0, barriers, transfer: transfer(step, $0, software)) }
        let begun = try await overlay.begin(chains, make: command)
        let installed = try await install(step, together, software)
        guard !controller.isStopped else {
            try await record(begun)
            return nil
        }
        var ready: [Place]? = []
        if together.isEmpty {
            try await overlay.firstRelease(or: begun)
        } else {
            ready = try await barrier(step, together, installed)
            if ready == nil { try await overlay.cancel(begun) }
        }
        var works = begun
        if let ready {
            events.send(.phase(.execution, detail: step.title))
            works += try await overlay.begin(ready.map { chain(step, $0, barriers, transfer: nil) }, make: command)
        }
        var missing = RankSet()
        var count = 0
        while !works.isEmpty {
            missing.formUnion(try await record(works))
            count += works.count
            works = try await overlay.works(after: count)
        }
        return ready.map { $0 + ahead.map { ($0.cluster, $0.ranks.subtracting(missing)) } }
            ?? (ahead.isEmpty ? nil : ahead.map { ($0.cluster, $0.ranks.subtracting(missing)) })
    }

    /// Waits for operations, tells and records how they ended; returns the hosts that did not get their software.
    @discardableResult
    private mutating func record(_ works: [PendingWork]) async throws -> RankSet {
        var missing = RankSet()
        for (pending, result) in zip(works, try await controller.finish(works)) {
            let failed = result.buckets.filter { $0.outcome.kind != .ok }
            if pending.work.phase == .transfer {
                for bucket in failed { missing.formUnion(bucket.ranks) }
            }
            let isCommand = pending.work.phase == .execution && !pending.work.isSilent
            ledger.record(isCommand ? result.buckets : failed, truncated: result.truncated)
        }
        return missing
    }

    private func chain(
        _ step: RunPlan.Step, _ place: Place, _ barriers: BarrierPlan, transfer: Work?
    ) -> StageChain {
        let (cluster, ranks) = place
        let application = ClusterKey(step, cluster).directoryName
        let stages = cluster.stages.map { stage in
            StageChain.Stage(
                barrier: stage.barrier.map { barriers.key($0) },
                commands: cluster.processes[stage.processes].map { process in
                    let limit = controller.commandLimit(process.timeout?.milliseconds ?? 0)
                    let task = process.task(
                        application: application, timeoutMilliseconds: limit,
                        graceMilliseconds: options.graceMilliseconds)
                    return (process.name, task)
                })
        }
        return StageChain(targets: ranks, transfer: transfer, stages: stages)
    }

    private var command: @Sendable (String, ControllerNode.Request, Bool) -> Work {
        let (files, interval) = (files, options.progressMilliseconds)
        return { name, request, isPlaceholder in
            var request = request
            request.reportIntervalMilliseconds = interval
            return Work(name: name, phase: .execution, request: request, sink: files, isSilent: isPlaceholder)
        }
    }

    private func transfer(_ step: RunPlan.Step, _ place: Place, _ software: [ClusterKey: TransferSpool]) -> Work? {
        guard let spool = software[ClusterKey(step, place.cluster)] else { return nil }
        let request = ControllerNode.Request(
            targets: place.ranks, task: .files(spool.task), reportIntervalMilliseconds: options.progressMilliseconds,
            spooled: spool.creditBytes)
        return Work(name: "software", phase: .transfer, request: request, spool: spool)
    }

    /// Software goes down the tree; returns per cluster the hosts that have it.
    private mutating func install(
        _ step: RunPlan.Step, _ clusters: [Place], _ software: [ClusterKey: TransferSpool]
    ) async throws -> [RankSet] {
        var works: [(index: Int, work: Work)] = []
        for (index, place) in clusters.enumerated() {
            if let work = transfer(step, place, software) { works.append((index, work)) }
        }
        var installed = clusters.map(\.ranks)
        for ((index, _), result) in zip(works, try await controller.perform(works.map(\.work), on: overlay)) {
            let failed = result.buckets.filter { $0.outcome.kind != .ok }
            ledger.record(failed)
            for bucket in failed { installed[index].subtract(bucket.ranks) }
        }
        return installed
    }

    /// Nobody starts before the software is installed everywhere it has to be (paper, section 4.2).
    private func barrier(
        _ step: RunPlan.Step, _ clusters: [Place], _ installed: [RankSet]
    ) async throws -> [Place]? {
        events.send(.phase(.barrier, detail: step.title))
        let joined = try await overlay.joined()
        var ready: [Place] = []
        var isOpen = true
        for ((cluster, _), installed) in zip(clusters, installed) {
            let here = installed.intersection(joined)
            let needed = cluster.minimumHosts ?? cluster.hostCount
            if here.count < needed {
                events.send(
                    .warning(
                        "cluster \(cluster.name) needs \(needed) hosts with its software and has \(here.count): "
                            + "nothing is started (allow fewer with min_hosts)"))
                isOpen = false
            }
            ready.append((cluster, here))
        }
        let entered = ready.reduce(0) { $0 + $1.ranks.count }
        let total = clusters.reduce(0) { $0 + $1.ranks.count }
        events.send(
            .progress(ControllerEvent.Progress(phase: .barrier, total: total, started: entered, ended: entered)))
        return isOpen ? ready : nil
    }
}
