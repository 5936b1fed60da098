import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// The barrier machines of a whole tree that changes all the time, held against a naive account after every event.
@Suite struct BarrierTreeTests {
    @Test(arguments: 1...30)
    func permitsAndCountsStaySoundWhileTheTreeChanges(seed: UInt64) throws {
        var tree = try BarrierTree(seed: seed, hosts: 24, limit: 1 + Int(seed % 7))
        for _ in 0..<1_500 {
            tree.step()
            let fault = tree.fault
            #expect(fault == nil, "seed \(seed): \(fault ?? "")")
            if fault != nil { return }
        }
        tree.settle()
        #expect(tree.fault == nil && tree.isDrained, "seed \(seed): \(tree.fault ?? "") left \(tree.unfinished)")
    }
}

/// Agents, links with messages under way, and the root. Parents change, agents die; what is under way on a cut link is lost.
private struct BarrierTree {
    private struct Link {
        let id: LinkID
        let child: Int
        let parent: Int  // -1: the root
        var up: [Message] = []
        var down: [PermitLease] = []
    }

    private static let key = BarrierKey(application: "app", name: "gate")
    private static let leaseMilliseconds: UInt64 = 20_000

    private var random: SplitMix64
    private var agents: [RelayBarriers?]
    private var links: [Int: Link] = [:]  // by child
    private var book = BarrierBook()
    private var now: UInt64 = 1_000_000
    private var nextLink: UInt64 = 1
    private var release: BarrierRelease?
    private var entered = RankSet()
    private var finished = RankSet()
    private var silentSince: [Int: UInt64] = [:]
    private let limit: Int

    init(seed: UInt64, hosts: Int, limit: Int) throws {
        random = SplitMix64(seed: seed)
        self.limit = limit
        let targets = TargetSet([TargetSet.Group(incarnation: 1, ranks: RankSet(count: hosts))])
        let opening = try book.open(Self.key, policy: try BarrierPolicy("15 limit:\(limit)"), participants: targets)
        agents = (0..<hosts).map { RelayBarriers(rank: Rank(UInt32($0))) }
        for index in 0..<hosts {
            agents[index]?.open(opening)
            attach(index, to: index == 0 ? -1 : (index - 1) / 2)
        }
    }

    private var time: Instant { Instant(nanoseconds: now * 1_000_000) }
    private var all: RankSet { RankSet(count: agents.count) }
    private var living: [Int] { agents.indices.filter { agents[$0] != nil } }

    private func subtree(_ index: Int) -> RankSet {
        links.values.filter { $0.parent == index }.reduce(into: RankSet(Rank(UInt32(index)))) {
            $0.formUnion(subtree($1.child))
        }
    }

    private func children(of parent: Int) -> [RelayBarriers.Child] {
        links.values.filter { $0.parent == parent }.sorted { $0.id.value < $1.id.value }.map {
            ($0.id, subtree($0.child))
        }
    }

    private func situation(_ index: Int) -> RelayBarriers.Situation {
        RelayBarriers.Situation(
            children: children(of: index), hasParent: links[index] != nil, mayGrant: true, overlayMilliseconds: now,
            time: time)
    }

    private mutating func perform(_ effects: [RelayBarriers.Effect], of index: Int) {
        for effect in effects {
            switch effect {
            case .up(let message): links[index]?.up.append(message)
            case .down(let link, let lease):
                if let child = links.values.first(where: { $0.id == link })?.child { links[child]?.down.append(lease) }
            case .passage, .note: break
            }
        }
    }

    private mutating func perform(_ effects: [BarrierBook.Effect]) {
        for effect in effects {
            switch effect {
            case .release(let record):
                release = record
                for index in living { perform(agents[index]!.release(record, situation(index)), of: index) }
                perform(book.sent(record, children: children(of: -1), overlayMilliseconds: now, at: time))
            case .lease(let link, let lease):
                if let child = links.values.first(where: { $0.id == link })?.child { links[child]?.down.append(lease) }
            case .cannot, .late, .note: break
            }
        }
    }

    private mutating func attach(_ index: Int, to parent: Int) {
        links[index] = Link(id: LinkID(nextLink), child: index, parent: parent)
        nextLink += 1
        perform(agents[index]!.attached(situation(index)), of: index)
    }

    private mutating func cut(_ index: Int) {
        guard let link = links.removeValue(forKey: index) else { return }
        if link.parent >= 0 {
            perform(agents[link.parent]!.loseChild(link.id, situation(link.parent)), of: link.parent)
        } else {
            book.loseChild(link.id, freeAt: time.advanced(byMilliseconds: Self.leaseMilliseconds))
        }
    }

    private mutating func deliver(_ index: Int) {
        guard var link = links[index] else { return }
        if !link.down.isEmpty, link.up.isEmpty || random.next() % 2 == 0 {
            let lease = link.down.removeFirst()
            links[index] = link
            perform(agents[index]!.receive(lease, situation(index)), of: index)
        } else if !link.up.isEmpty {
            let message = link.up.removeFirst()
            links[index] = link
            take(message, from: link)
        }
    }

    private mutating func take(_ message: Message, from link: Link) {
        let parent = link.parent
        switch message {
        case .barrierEntries(let report) where parent >= 0:
            perform(agents[parent]!.merge(report, from: (link.id, all), situation(parent)), of: parent)
        case .permitReport(let report) where parent >= 0:
            perform(agents[parent]!.merge(report, from: (link.id, all), situation(parent)), of: parent)
        case .barrierEntries(let report):
            perform(
                book.merge(report, below: all, children: children(of: -1), overlayMilliseconds: now, at: time))
        case .permitReport(let report):
            perform(
                book.merge(
                    report, from: link.id, below: all, freeAt: time.advanced(byMilliseconds: Self.leaseMilliseconds),
                    children: children(of: -1), overlayMilliseconds: now, at: time))
        default: fatalError("unexpected message \(message.type)")
        }
    }

    private mutating func pick(_ candidates: [Int]) -> Int? {
        candidates.isEmpty ? nil : candidates[Int(random.next() % UInt64(candidates.count))]
    }

    private func holds(_ index: Int) -> Bool {
        agents[index]?[Self.key]?.holdingFor != nil
    }

    mutating func step() {
        switch random.next() % 100 {
        case 0..<8:
            guard let index = pick(living.filter { !entered.contains(Rank(UInt32($0))) }) else { break }
            entered.insert(Rank(UInt32(index)))
            perform(agents[index]!.enter(Self.key, 1, situation(index)), of: index)
        case 8..<14:
            if let index = pick(living.filter(holds)) { finish(index) }
        case 14..<24: pass(milliseconds: random.next() % 60)
        case 24..<27: if let index = pick(living) { move(index) }
        case 27 where living.count > 18: if let index = pick(living) { kill(index) }
        default: if let index = pick(links.keys.sorted()) { deliver(index) }
        }
    }

    private mutating func finish(_ index: Int) {
        finished.insert(Rank(UInt32(index)))
        perform(agents[index]!.finish(application: "app", situation(index)), of: index)
    }

    private mutating func pass(milliseconds: UInt64) {
        now += milliseconds
        for index in living { perform(agents[index]!.advanceAll(situation(index)), of: index) }
        perform(book.advanceAll(children: children(of: -1), overlayMilliseconds: now, at: time))
    }

    private mutating func move(_ index: Int) {
        let below = subtree(index)
        let parents = living.filter { !below.contains(Rank(UInt32($0))) } + [-1]
        guard let parent = pick(parents) else { return }
        cut(index)
        attach(index, to: parent)
    }

    private mutating func kill(_ index: Int) {
        let orphans = links.values.filter { $0.parent == index }.map(\.child).sorted()
        cut(index)
        for orphan in orphans { links[orphan] = nil }
        agents[index] = nil
        for orphan in orphans {
            let below = subtree(orphan)
            guard let parent = pick(living.filter { !below.contains(Rank(UInt32($0))) && $0 != orphan } + [-1]) else {
                continue
            }
            attach(orphan, to: parent)
        }
    }

    /// Everything that is under way arrives, everybody who holds a permit finishes, and time passes.
    mutating func settle() {
        for index in living where !entered.contains(Rank(UInt32(index))) {
            entered.insert(Rank(UInt32(index)))
            perform(agents[index]!.enter(Self.key, 1, situation(index)), of: index)
        }
        for _ in 0..<400 {
            for index in links.keys.sorted() {
                while let link = links[index], !link.up.isEmpty || !link.down.isEmpty { deliver(index) }
            }
            for index in living where holds(index) { finish(index) }
            if fault != nil { return }
            pass(milliseconds: 100)
        }
    }

    var unfinished: [Int] { living.filter { !finished.contains(Rank(UInt32($0))) } }
    var isDrained: Bool { unfinished.isEmpty && book.throttle(of: Self.key)?.book?.outstanding == 0 }

    /// What is wrong, by the naive account.
    var fault: String? {
        let tokens = living.compactMap { agents[$0]?[Self.key]?.permits.own }
        if Set(tokens).count != tokens.count { return "a permit is held twice: \(tokens)" }
        if tokens.count > limit { return "\(tokens.count) hold permits of \(limit)" }
        guard let barrier = book[Self.key], let permits = book.throttle(of: Self.key)?.book else { return "gone" }
        if !permits.isConserved { return "permits are not conserved" }
        if !barrier.entered(1).isSubset(of: entered) { return "counted who has not entered" }
        if barrier.generation > 2 { return "released twice" }
        if let release, release.onTime.count < 15 { return "released with \(release.onTime.count)" }
        return nil
    }
}
