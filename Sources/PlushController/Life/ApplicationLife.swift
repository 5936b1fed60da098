import PlushProtocol
import PlushSpec
import PlushTree
import PlushWire

extension Controller {
    /// Takes every application of a specification through its life (paper, figure 1 and section 4.1).
    ///
    /// `fileName` is for messages; packages of type `file` are relative to `directory`. Throws ``ControllerError`` when
    /// the run cannot be done at all, and `PackageError` when software cannot be had.
    public func run(
        _ specification: ApplicationSpecification, fileName: String, directory: String
    ) async throws -> Summary {
        defer { events.finish() }
        return try await run(
            try RunPlan(specification, fileName: fileName, options: options), directory: directory)
    }

    /// The same for a plan that was made before, with options that name the same hosts.
    public func run(_ plan: RunPlan, directory: String) async throws -> Summary {
        defer { events.finish() }
        let files = try options.outputDirectory.map { try OutputFiles(directory: $0, hostNames: plan.pool.names) }
        return try await withOverlay(plan.pool, targets: plan.wanted) { overlay in
            var life = ApplicationLife(self, plan, overlay, directory: directory, files: files)
            return try await life.live()
        }
    }
}

/// The life of the applications of one specification on one overlay.
struct ApplicationLife {
    let controller: Controller
    let plan: RunPlan
    let overlay: LiveOverlay
    let directory: String
    let files: OutputFiles?
    private let stager = PackageStager()
    var ledger: HostLedger
    private var forgiven = RankSet()
    var launched = RankSet()

    var events: ControllerEvents { controller.events }
    var options: ControllerOptions { controller.options }

    init(
        _ controller: Controller, _ plan: RunPlan, _ overlay: LiveOverlay, directory: String, files: OutputFiles?
    ) {
        self.files = files
        self.controller = controller
        self.plan = plan
        self.overlay = overlay
        self.directory = directory
        ledger = HostLedger(targets: plan.wanted)
    }

    mutating func live() async throws -> (ledger: HostLedger, forgiven: RankSet) {
        // Software first: a package that cannot be had is found out before anything is started anywhere.
        events.send(.phase(.resources, detail: ""))
        var software: [ClusterKey: TransferSpool] = [:]
        for step in plan.steps where !controller.isStopped { try await stage(step, into: &software) }
        if !controller.isStopped { try await launch() }
        for (number, step) in plan.steps.enumerated() where !controller.isStopped {
            guard let places = place(step) else { break }
            try await run(step, number, places, software)
        }
        ledger.close(controller.unreached)
        // A result that could not be kept is no success.
        for rank in files?.incomplete ?? RankSet() {
            ledger.record(Outcome(.failed, code: 1, detail: "its output could not be kept here"), rank)
        }
        return (ledger, forgiven)
    }

    private func stage(_ step: RunPlan.Step, into software: inout [ClusterKey: TransferSpool]) async throws {
        for cluster in step.configuration.clusters {
            let key = ClusterKey(step, cluster)
            guard software[key] == nil, !cluster.software.isEmpty else { continue }
            let (items, path, source, stager) = (step.project.software(of: cluster), overlay.path, directory, stager)
            software[key] = try await controller.interruptible {
                var trees: [(name: String, tree: StagedTree)] = []
                for item in items {
                    let requests = item.packages.map { $0.request(relativeTo: source) }
                    trees.append((item.name, try await stager.stage(item.packageKind, packages: requests, in: path)))
                }
                let merged = try StagedTree.merging(trees)
                return try await BlockingWork.run { _ in
                    try TransferSpool(merged, application: key.directoryName, directory: path)
                }
            }
        }
    }

    /// The wanted hosts first; for each that fails a spare of the pool, as long as there are any.
    private mutating func launch() async throws {
        events.send(.phase(.launch, detail: ""))
        var next = plan.wanted
        var failed = RankSet()
        while !next.isEmpty, !controller.isStopped {
            let unreachable = try await overlay.launch(next)
            launched.formUnion(next)
            let joined = try await overlay.joined()
            // Where it was stopped, it is not known of the others whether they could have been reached.
            let absent = controller.isStopped ? unreachable : launched.subtracting(joined)
            let missing = absent.subtracting(failed)
            failed.formUnion(missing)
            ledger.recordAbsent(missing, reached: try await overlay.reached())
            next = RankSet()
            guard !controller.isStopped else { break }
            for (rank, spare) in plan.replacements(for: missing, launched: launched, failed: failed) {
                events.send(.replaced(rank, by: spare))
                ledger.replace(rank, by: spare)
                next.insert(spare)
            }
        }
        forgiven = failed
    }

    /// Which hosts do what in a configuration; nil when there are too few.
    private mutating func place(_ step: RunPlan.Step) -> [RankSet]? {
        let available = ledger.targets.subtracting(ledger.unfit)
        guard let places = step.place(available) else {
            events.send(
                .warning(
                    "configuration \(step.configuration.name) needs at least \(step.minimumCount) hosts and there are "
                        + "\(available.count): it is not run (allow fewer with min_hosts, or offer more hosts as spares)"
                ))
            forgiven = RankSet()
            return nil
        }
        return places
    }

    mutating func collect(_ step: RunPlan.Step, _ ready: [(Cluster, RankSet)]) async throws {
        guard let files else { return }
        let joined = try await overlay.joined()
        let works = ready.compactMap { cluster, ranks -> Work? in
            let here = ranks.intersection(joined)
            guard !cluster.outputPaths.isEmpty, !here.isEmpty else { return nil }
            let task = CollectTask(application: ClusterKey(step, cluster).directoryName, paths: cluster.outputPaths)
            return Work(
                name: "outputs", phase: .collection,
                request: ControllerNode.Request(
                    targets: here, task: .collect(task), reportIntervalMilliseconds: options.progressMilliseconds),
                sink: files)
        }
        guard !works.isEmpty else { return }
        events.send(.phase(.collection, detail: step.title))
        for result in try await controller.perform(works, on: overlay) {
            ledger.record(
                result.buckets.filter { $0.outcome.kind != .ok }, truncated: result.truncated)
        }
    }

    /// Clean-up happens also after failures and after an interruption; it decides nothing.
    func cleanUp(_ step: RunPlan.Step, _ ready: [(Cluster, RankSet)]) async throws {
        let joined = try await overlay.joined()
        let longest = ready.map(\.0.cleanupCommands.count).max() ?? 0
        guard longest > 0 else { return }
        events.send(.phase(.cleanup, detail: step.title))
        for index in 0..<longest {
            let works = ready.compactMap { cluster, ranks -> Work? in
                let here = ranks.intersection(joined)
                guard index < cluster.cleanupCommands.count, !here.isEmpty else { return nil }
                let task = RunTask(
                    application: ClusterKey(step, cluster).directoryName,
                    arguments: ["/bin/sh", "-c", cluster.cleanupCommands[index]], environment: [],
                    workingDirectory: "", timeoutMilliseconds: Self.cleanupMilliseconds,
                    graceMilliseconds: options.graceMilliseconds, output: .stream)
                return Work(
                    name: "cleanup", phase: .cleanup,
                    request: ControllerNode.Request(targets: here, task: .run(task)))
            }
            // How each ended is told; it changes no outcome.
            _ = try await controller.perform(works, on: overlay)
        }
    }

    /// A clean-up command that hangs must not keep the tree up.
    private static let cleanupMilliseconds: UInt64 = 60_000
}
