import PlushTree
import PlushWire

/// What is counted while a phase of a sweep goes on.
final class ScaleTally {
    private let rootChildren: Set<Rank>
    /// Records of the log that reached hosts, those that the root itself sent, and when the last one came.
    private(set) var logs = 0
    private(set) var rootLogs = 0
    private(set) var lastLogAt: UInt64 = 0
    /// Reports of entries that reached anybody, and the root.
    private(set) var entries = 0
    private(set) var rootEntries = 0
    /// Processes that were started, and when the last one was.
    private(set) var spawned = 0
    private(set) var lastSpawnAt: UInt64 = 0

    init(rootChildren: [Rank]) {
        self.rootChildren = Set(rootChildren)
    }

    func clear() {
        (logs, rootLogs, lastLogAt, entries, rootEntries, spawned, lastSpawnAt) = (0, 0, 0, 0, 0, 0, 0)
    }

    func spawn(at now: UInt64) {
        spawned += 1
        lastSpawnAt = now
    }

    func hear(_ message: Message, by party: Party, at now: UInt64) {
        switch message {
        case .log:
            logs += 1
            if rootChildren.contains(party.rank) { rootLogs += 1 }
            lastLogAt = now
        case .barrierEntries:
            entries += 1
            if party == .controller { rootEntries += 1 }
        default: break
        }
    }
}
