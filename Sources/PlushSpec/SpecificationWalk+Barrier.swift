import PlushTree

/// Barriers as they are written, before those of one name are put together.
extension SpecificationWalk {
    /// One `<barrier>` element.
    struct BarrierUse {
        let barrier: Barrier
        let element: MarkupElement
        let cluster: String
        let clusterHosts: Int
        /// Whether it says more than its name.
        let isDefinition: Bool
    }

    mutating func barrierUse(
        _ element: MarkupElement, kind: Barrier.Kind, cluster: Cluster,
    ) -> BarrierUse {
        _ = inspect(element, as: .barrier)
        var policy = BarrierPolicy()
        let words = ["entry", "release", "late", "stragglers", "stragglers_after", "stragglers_on"]
        if let written = element.attribute("entry") {
            read("entry", written, element) { (text) throws(BarrierPolicyError) in
                policy.entry = try BarrierEntryRule(text)
            }
        }
        if let written = element.attribute("release") {
            read("release", written, element) { (text) throws(BarrierPolicyError) in
                policy.release = try BarrierReleaseRule(text)
            }
        }
        if let written = element.attribute("late") {
            if let latecomers = BarrierPolicy.Latecomers(rawValue: written) {
                policy.latecomers = latecomers
            } else {
                fault(.value, at: element, "found late=\(Wording.quoted(written)); write \"pass\" or \"refuse\"")
            }
        }
        let barrier = Barrier(
            name: requiredName(of: element), kind: kind, policy: policy, stragglers: stragglers(element),
            line: element.line)
        return BarrierUse(
            barrier: barrier, element: element, cluster: cluster.name, clusterHosts: cluster.hostCount,
            isDefinition: words.contains { element.attribute($0) != nil })
    }

    private mutating func read(
        _ attribute: String, _ written: String, _ element: MarkupElement,
        _ body: (String) throws(BarrierPolicyError) -> Void,
    ) {
        do throws(BarrierPolicyError) {
            try body(written)
        } catch {
            fault(.value, at: element, "found \(attribute)=\(Wording.quoted(written)); \(error.message)")
        }
    }

    private mutating func stragglers(_ element: MarkupElement) -> Barrier.Stragglers? {
        guard let command = element.attribute("stragglers") else {
            for other in ["stragglers_after", "stragglers_on"] where element.attribute(other) != nil {
                fault(
                    .missing, at: element,
                    "found \(other) without the command that it is about; add stragglers=\"./decide\"")
            }
            return nil
        }
        var stragglers = Barrier.Stragglers(command: trimmed(command))
        if stragglers.command.isEmpty {
            fault(.missing, at: element, "found stragglers=\"\"; write a shell line such as stragglers=\"./decide\"")
        }
        if let written = element.attribute("stragglers_after") {
            read("stragglers_after", written, element) { (text) throws(BarrierPolicyError) in
                stragglers.after = try BarrierDelay(text)
            }
        }
        if let written = element.attribute("stragglers_on") {
            if let place = Barrier.Stragglers.Place(rawValue: written) {
                stragglers.place = place
            } else {
                fault(
                    .value, at: element,
                    "found stragglers_on=\(Wording.quoted(written)); write \"controller\" or \"hosts\"")
            }
        }
        return stragglers
    }

    /// Puts the uses of each name together: it may be defined once, has one kind, and must be possible with the hosts of
    /// the clusters that use it.
    mutating func barriers(_ uses: [BarrierUse]) -> [Barrier] {
        checkOrder(uses.filter { $0.barrier.kind == .hosts && !$0.barrier.name.isEmpty })
        var order: [String] = []
        var groups: [String: [BarrierUse]] = [:]
        for use in uses where !use.barrier.name.isEmpty {
            if groups[use.barrier.name] == nil { order.append(use.barrier.name) }
            groups[use.barrier.name, default: []].append(use)
        }
        return order.compactMap { name in
            guard let group = groups[name] else { return nil }
            let defining = group.first { $0.isDefinition } ?? group[0]
            for use in group {
                if use.isDefinition, !isSame(use.barrier, defining.barrier) {
                    fault(
                        .duplicate, at: use.element,
                        "the barrier \"\(name)\" is described otherwise on line \(defining.barrier.line); describe it once, and "
                            + "write only <barrier name=\"\(name)\"/> elsewhere")
                }
                if use.barrier.kind != group[0].barrier.kind {
                    fault(
                        .duplicate, at: use.element,
                        "the barrier \"\(name)\" stands in <execution> and in <process>; hosts enter the one and processes "
                            + "the other, so give them two names")
                }
            }
            check(defining, group)
            return defining.barrier
        }
    }

    /// Clusters that share barriers must come to them in one order, or their hosts wait for one another for ever.
    private mutating func checkOrder(_ uses: [BarrierUse]) {
        var followers: [String: Set<String>] = [:]
        func leads(_ first: String, to last: String) -> Bool {
            var seen: Set<String> = [first]
            var open = [first]
            while let name = open.popLast() {
                if name == last { return true }
                for next in followers[name] ?? [] where seen.insert(next).inserted { open.append(next) }
            }
            return false
        }
        for (earlier, later) in zip(uses, uses.dropFirst()) where earlier.cluster == later.cluster {
            let (first, second) = (earlier.barrier.name, later.barrier.name)
            guard first != second else { continue }  // told as a repeated name
            if leads(second, to: first) {
                fault(
                    .duplicate, at: later.element,
                    "another cluster comes to the barrier \"\(second)\" before \"\(first)\", so the hosts of both would "
                        + "wait for ever; put shared barriers in one order")
            } else {
                followers[first, default: []].insert(second)
            }
        }
    }

    private func isSame(_ left: Barrier, _ right: Barrier) -> Bool {
        left.policy == right.policy && left.stragglers == right.stragglers
    }

    private mutating func check(_ defining: BarrierUse, _ group: [BarrierUse]) {
        var hosts: [String: Int] = [:]
        for use in group { hosts[use.cluster] = use.clusterHosts }
        do throws(BarrierPolicyError) {
            try defining.barrier.policy.entry.check(participants: hosts.values.reduce(0, +))
        } catch {
            fault(
                .value, at: defining.element, "found entry=\"\(defining.barrier.policy.entry)\", but \(error.message)")
        }
    }
}
