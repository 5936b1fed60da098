import PlushProtocol
import PlushTree
import PlushWire

extension Controller {
    /// Runs one command on all hosts. One word is a line for `/bin/sh`, several are an argument vector.
    ///
    /// Throws ``ControllerError`` when it cannot be done at all; what happens on single hosts is in the summary.
    public func exec(_ words: [String]) async throws -> Summary {
        defer { events.finish() }
        guard let first = words.first else { throw ControllerError(.usage, "no command was given") }
        guard let pool = standing?.pool ?? options.pool, pool.count > 0 else {
            throw ControllerError(.usage, "no hosts were given", remedy: "name them with -w, or use --local N")
        }
        let command = words.count == 1 ? ["/bin/sh", "-c", first] : words
        let targets = standing?.targets ?? RankSet(count: pool.count)
        let files = try options.outputDirectory.map {
            try OutputFiles(directory: $0, hostNames: pool.names, layout: .byHost)
        }
        files?.clear(targets)
        return try await withOverlay(pool, targets: targets) { overlay in
            var ledger = HostLedger(targets: targets)
            let input = try await readInput(for: overlay)
            var failed = RankSet()
            if standing == nil {
                events.send(.phase(.launch, detail: ""))
                if !isStopped { failed = try await overlay.launch(targets) }
            }
            // A host that has joined and is gone is asked too: it is lost, and not unreachable.
            let reached = try await overlay.reached().intersection(targets)
            guard !isStopped else {
                // Of the others it is not known whether they could have been reached.
                ledger.recordAbsent(failed, reached: reached)
                return (ledger, RankSet())
            }
            ledger.recordAbsent(targets.subtracting(reached), reached: reached)
            let ready = try await send(input, to: reached, on: overlay, &ledger)
            guard !isStopped else { return (ledger, RankSet()) }
            events.send(.phase(.execution, detail: ""))
            let work = execution(
                words, arguments: input?.arguments(command) ?? command, targets: ready, files: files)
            for result in try await execute(work, on: overlay) {
                ledger.record(result.buckets, truncated: result.truncated)
            }
            // A result that could not be kept is no success.
            for rank in files?.incomplete ?? RankSet() {
                ledger.record(Outcome(.failed, code: 1, detail: "its output could not be kept here"), rank)
            }
            return (ledger, RankSet())
        }
    }

    private func execution(_ words: [String], arguments: [String], targets: RankSet, files: OutputFiles?) -> Work {
        let task = RunTask(
            application: "", arguments: arguments, environment: [], workingDirectory: "",
            timeoutMilliseconds: commandLimit(0), graceMilliseconds: options.graceMilliseconds,
            output: options.foldsOutput ? .fold : .stream)
        let request = ControllerNode.Request(
            targets: targets, task: .run(task), reportIntervalMilliseconds: options.progressMilliseconds)
        return Work(name: words.joined(separator: " "), phase: .execution, request: request, sink: files)
    }

    private func execute(_ work: Work, on overlay: LiveOverlay) async throws -> [ControllerHost.Result] {
        if work.request.targets.isEmpty { return [] }
        guard options.commandsMax > 0, options.commandsMax < work.request.targets.count else {
            return try await perform([work], on: overlay)
        }
        return [try await perform(work, limit: options.commandsMax, on: overlay)]
    }

    /// Before anything is launched: who types the input may take any time.
    private func readInput(for overlay: LiveOverlay) async throws -> CommandInput? {
        guard let descriptor = options.inputDescriptor else { return nil }
        events.send(.phase(.resources, detail: "standard input"))
        let path = overlay.path
        return try await interruptible {
            try await BlockingWork.run { try CommandInput(reading: descriptor, directory: path, cancel: $0) }
        }
    }

    /// Sends the input; returns the hosts that have it.
    private func send(
        _ input: CommandInput?, to ranks: RankSet, on overlay: LiveOverlay, _ ledger: inout HostLedger
    ) async throws -> RankSet {
        guard let input, !ranks.isEmpty else { return ranks }
        events.send(.phase(.transfer, detail: "standard input"))
        let request = ControllerNode.Request(
            targets: ranks, task: .files(input.spool.task), reportIntervalMilliseconds: options.progressMilliseconds,
            spooled: input.spool.creditBytes)
        let work = Work(name: "standard input", phase: .transfer, request: request, spool: input.spool)
        var ready = ranks
        for result in try await perform([work], on: overlay) {
            let failed = result.buckets.filter { $0.outcome.kind != .ok }
            ledger.record(failed)
            for bucket in failed { ready.subtract(bucket.ranks) }
        }
        return ready
    }
}
