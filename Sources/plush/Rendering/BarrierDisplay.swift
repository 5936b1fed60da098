import PlushController
import PlushTree

/// What people are told of barriers: lines for what has happened, and words for the progress line about those where hosts
/// wait.
struct BarrierDisplay {
    private let hosts: HostNames
    private let verbose: Bool
    /// Barriers where hosts wait, in the order in which the first came.
    private var waiting: [(name: String, words: String)] = []
    private var lastCount: [String: ContinuousClock.Instant] = [:]

    /// Between two lines that only say how many are there.
    private static let interval = Duration.seconds(1)
    /// Of a longer set the progress line shows the beginning.
    private static let setLengthMax = 40

    init(_ hosts: HostNames, verbose: Bool) {
        self.hosts = hosts
        self.verbose = verbose
    }

    /// What the progress line says of them.
    var live: [String] {
        waiting.map(\.words)
    }

    /// Takes what has happened; returns the line that says it, if it is worth one.
    mutating func note(_ barrier: ControllerEvent.Barrier) -> String? {
        let name = barrier.generation == 1 ? barrier.name : "\(barrier.name), generation \(barrier.generation)"
        let (count, total) = (barrier.ranks.count, barrier.ranks.count + barrier.missing.count)
        switch barrier.state {
        case .entered:
            let missing = barrier.missing.isEmpty ? "" : ", missing \(cut(hosts.fold(barrier.missing)))"
            set(barrier.name, "\(barrier.name) \(count)/\(total)\(missing)")
            guard isTime(barrier.name) else { return nil }
            return "barrier \(name): \(count) of \(total) hosts have entered"
                + (barrier.missing.isEmpty ? "" : ", missing \(hosts.fold(barrier.missing))")
        case .released:
            set(barrier.name, nil)
            guard verbose || barrier.generation == 1 || !barrier.missing.isEmpty else { return nil }
            return "barrier \(name): \(count) of \(total) hosts"
                + (barrier.missing.isEmpty ? "" : ", without \(hosts.fold(barrier.missing))")
        case .passing:
            set(barrier.name, barrier.missing.isEmpty ? nil : "\(barrier.name) \(count)/\(total) through")
            return isTime(barrier.name) ? "barrier \(name): \(count) of \(total) hosts are through" : nil
        case .late:
            return "\(hosts.fold(barrier.ranks)): late for barrier \(name)"
        case .refused:
            return "\(hosts.fold(barrier.ranks)): too late for barrier \(name), which refuses latecomers"
        case .forced:
            return "barrier \(name): its straggler command says to go on without \(hosts.fold(barrier.missing))"
        case .dropped:
            return "\(hosts.fold(barrier.ranks)): dropped at barrier \(name), as its straggler command says"
        }
    }

    /// What the account of a run says of a barrier where not everybody went through once and in time.
    func account(_ barrier: Summary.Barrier) -> String? {
        var parts: [String] = []
        let sets = [
            ("late", barrier.late), ("refused", barrier.refused), ("dropped", barrier.dropped),
            ("missing to the end", barrier.missing),
        ]
        for (word, ranks) in sets where !ranks.isEmpty { parts.append("\(word) \(hosts.fold(ranks))") }
        guard !parts.isEmpty || barrier.generations != 1 else { return nil }
        let rounds =
            barrier.generations == 0
            ? "never released"
            : "\(barrier.generations) generation"
                + (barrier.generations == 1 ? "" : "s")
        let onTime = "\(barrier.onTime.count) of \(barrier.participants.count) hosts on time"
        return "barrier \(barrier.name): "
            + ([rounds] + (barrier.generations == 1 ? [onTime] : []) + parts).joined(separator: ", ")
    }

    private mutating func set(_ name: String, _ words: String?) {
        let index = waiting.firstIndex { $0.name == name }
        switch (index, words) {
        case (let index?, let words?): waiting[index].words = words
        case (let index?, nil): waiting.remove(at: index)
        case (nil, let words?): waiting.append((name, words))
        case (nil, nil): break
        }
    }

    private mutating func isTime(_ name: String) -> Bool {
        let now = ContinuousClock.now
        guard verbose, lastCount[name].map({ now - $0 >= Self.interval }) ?? true else { return false }
        lastCount[name] = now
        return true
    }

    private func cut(_ text: String) -> String {
        text.count > Self.setLengthMax ? "\(text.prefix(Self.setLengthMax - 3))..." : text
    }
}
