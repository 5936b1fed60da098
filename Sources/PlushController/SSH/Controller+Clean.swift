import NIOCore
import PlushSSH
import PlushTree
import PlushWire

extension Controller {
    /// Removes what launches have left on hosts on purpose: the cached agents. Plain logins do it, no agent is started.
    /// What was removed comes as output, what could not be done as `unreachable` or as an outcome.
    ///
    /// Throws ``ControllerError`` when it cannot be done at all.
    public func clean() async throws -> Summary {
        defer { events.finish() }
        let deadline = watchDeadline()
        defer { deadline?.cancel() }
        guard let hosts = options.hosts, !hosts.isEmpty else {
            throw ControllerError(.usage, "no hosts were given", remedy: "name them with -w or --hostfile")
        }
        let targets = RankSet(count: hosts.count)
        var ledger = HostLedger(targets: targets)
        let agentPath = try AgentLocation.find(options)
        let name = try OverlayIdentity().overlay.description
        events.send(.phase(.cleanup, detail: ""))
        let reports = try await interruptible { [options, events] in
            let place = try await RunPlace(
                .ssh(hosts), name: name, agentPath: agentPath, options: options, events: events)
            let reports: [Rank: Result<SSHErrand.Report, SSHFailure>]
            do {
                reports = try await Self.report(
                    targets, HostScript.clean(), on: place, window: options.ssh.launchWindow)
            } catch {
                _ = try? await place.end()
                throw error
            }
            _ = try await place.end()
            return reports
        }
        for (answer, ranks) in Self.fold(reports ?? [:]) { tell(answer, ranks, &ledger) }
        return summary(ledger)
    }

    /// What a host has answered, equal on many.
    private enum Answer: Hashable {
        case removed(HostScript.Removal)
        case failed(HostFault)
        case unreachable(SSHFailure)
    }

    private static func report(
        _ ranks: RankSet, _ command: String, on place: RunPlace, window: Int
    ) async throws -> [Rank: Result<SSHErrand.Report, SSHFailure>] {
        guard let plan = place.plan else { return [:] }
        let loop = place.loop
        let errands = try await loop.submit {
            NIOLoopBound(SSHErrands(ranks, command, plan: plan.value, window: window, on: loop), eventLoop: loop)
        }.get()
        return try await withTaskCancellationHandler {
            try await loop.flatSubmit { errands.value.done }.get()
        } onCancel: {
            loop.execute { errands.value.stop() }
        }
    }

    private static func fold(
        _ reports: [Rank: Result<SSHErrand.Report, SSHFailure>]
    ) -> [(answer: Answer, ranks: RankSet)] {
        var ranks: [Answer: [Rank]] = [:]
        for (rank, report) in reports { ranks[answer(report), default: []].append(rank) }
        return ranks.map { ($0.key, RankSet($0.value)) }
            .sorted { ($0.ranks.first?.value ?? 0) < ($1.ranks.first?.value ?? 0) }
    }

    private static func answer(_ report: Result<SSHErrand.Report, SSHFailure>) -> Answer {
        switch report {
        case .failure(let failure):
            return .unreachable(failure)
        case .success(let report):
            do throws(HostFault) {
                return .removed(
                    try HostScript.Removal(exit: report.exit, output: report.output, errorOutput: report.errorOutput))
            } catch {
                return .failed(error)
            }
        }
    }

    private func tell(_ answer: Answer, _ ranks: RankSet, _ ledger: inout HostLedger) {
        let outcome: Outcome
        switch answer {
        case .removed(let removal):
            outcome = .ok
            let text = removal.description + "\n"
            events.send(
                .output(
                    ControllerEvent.Output(
                        name: "clean", ranks: ranks, isError: false, number: 0, bytes: Array(text.utf8), isLast: true)))
        case .failed(let fault):
            outcome = Outcome(.failed, code: 1, detail: fault.message)
        case .unreachable(let failure):
            outcome = Outcome(.unreachable)
            events.send(.unreachable(ranks, cause: failure.message, remedy: failure.remedy))
        }
        if outcome.kind != .unreachable {
            events.send(.outcome(name: "clean", phase: .cleanup, outcome: outcome, ranks: ranks))
        }
        for rank in ranks { ledger.record(outcome, rank) }
    }
}
