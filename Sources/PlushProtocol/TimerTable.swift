/// The deadlines of one node, by name. One of a name at a time; the runtime keeps one operating-system timer for
/// ``nextDeadline``.
package struct TimerTable<Name: Hashable & Sendable>: Sendable {
    private var entries: [(name: Name, deadline: Instant)] = []

    package init() {}

    /// Sets or moves a timer.
    package mutating func set(_ name: Name, at deadline: Instant) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].deadline = deadline
        } else {
            entries.append((name, deadline))
        }
    }

    /// Sets a timer unless it is running already.
    package mutating func setIfIdle(_ name: Name, at deadline: Instant) {
        guard !entries.contains(where: { $0.name == name }) else { return }
        entries.append((name, deadline))
    }

    package mutating func cancel(_ name: Name) {
        entries.removeAll { $0.name == name }
    }

    package var nextDeadline: Instant? {
        entries.lazy.map(\.deadline).min()
    }

    /// Takes the due timer with the earliest deadline (of equals the one set first), or nothing.
    package mutating func takeDue(at now: Instant) -> Name? {
        var due: Int?
        for (index, entry) in entries.enumerated() where entry.deadline <= now {
            if due.map({ entry.deadline < entries[$0].deadline }) ?? true { due = index }
        }
        guard let due else { return nil }
        return entries.remove(at: due).name
    }
}
