import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// The machines of barriers, as tables.
@Suite struct BarrierMachineTests {
    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: (1_000_000 + milliseconds) * 1_000_000)
    }

    // MARK: - Histogram

    @Test func cellsGrowWithTheTimeAndMeetWithoutGaps() {
        var previous = -1
        for milliseconds in Array(0..<5_000) + [1 << 20, 1 << 31, 1 << 40] as [UInt64] {
            let cell = ArrivalHistogram.cell(ofMilliseconds: milliseconds)
            #expect(cell == previous || cell == previous + 1 || milliseconds >= 5_000)
            previous = cell
            let first = ArrivalHistogram.firstMillisecond(ofCell: cell)
            let next = ArrivalHistogram.firstMillisecond(ofCell: cell + 1)
            #expect(first <= milliseconds && milliseconds < next)
            #expect(milliseconds < 64 || Double(next - first) <= Double(milliseconds) / 31)
        }
    }

    @Test func mergedHistogramsAreThatOfAllArrivals() {
        var (left, right, all) = (ArrivalHistogram(), ArrivalHistogram(), ArrivalHistogram())
        for (index, milliseconds) in [3, 70, 70, 900, 901, 12_345, 1 << 22].enumerated() as EnumeratedSequence<[UInt64]>
        {
            if index % 2 == 0 {
                left.add(atMilliseconds: milliseconds)
            } else {
                right.add(atMilliseconds: milliseconds)
            }
            all.add(atMilliseconds: milliseconds)
        }
        left.merge(right)
        #expect(left == all && all.count == 7)
        #expect(all.milliseconds(ofArrival: 3) == 70 && all.milliseconds(ofArrival: 8) == nil)
    }

    // MARK: - Knee

    private func histogram(_ times: [UInt64]) -> ArrivalHistogram {
        var arrivals = ArrivalHistogram()
        for time in times { arrivals.add(atMilliseconds: time) }
        return arrivals
    }

    @Test func silenceIsDataAndIsMeasuredByTheGapsBeforeIt() throws {
        let detector = GapDeviationDetector()
        let fast = try #require(detector.verdictMilliseconds(after: histogram((0..<98).map { $0 * 10 })))
        #expect((1_170...1_250).contains(fast), "the floor decides")
        let slow = try #require(detector.verdictMilliseconds(after: histogram((0..<98).map { $0 * 1_000 })))
        #expect((97_900...106_000).contains(slow), "the gaps decide")
        #expect(detector.verdictMilliseconds(after: histogram([5])) == nil, "one arrival has no gaps")
        #expect(detector.verdictMilliseconds(after: ArrivalHistogram()) == nil)
    }

    @Test func theGuardsKeepAKneeWithinTheirBounds() {
        let rule = KneeRule(detector: SlidingWindowDetector(windowMilliseconds: 300))
        let arrivals = histogram([0, 1, 2, 3, 4])
        #expect(rule.releaseMilliseconds(after: arrivals, minimum: 5, timeoutMilliseconds: nil) == 305)
        #expect(rule.releaseMilliseconds(after: arrivals, minimum: 6, timeoutMilliseconds: nil) == nil)
        #expect(rule.releaseMilliseconds(after: arrivals, minimum: 6, timeoutMilliseconds: 900) == 900)
        #expect(rule.releaseMilliseconds(after: arrivals, minimum: 1, timeoutMilliseconds: 100) == 100)
    }

    @Test func kneedleFindsTheBendOfACurveThatHasOne() throws {
        let bend = histogram((0..<90).map { $0 * 10 } + [20_000])
        let verdict = try #require(KneedleDetector().verdictMilliseconds(after: bend))
        #expect(verdict >= 20_000)
        let line = histogram((0..<60).map { $0 })
        #expect(try #require(KneedleDetector(sensitivity: 5).verdictMilliseconds(after: line)) > 60)
    }

    // MARK: - Permits

    @Test func sharesAreEvenAsFarAsTheDemandsAllow() {
        #expect(FairShare.split(10, among: [1, 20, 20]) == [1, 5, 4])
        #expect(FairShare.split(2, among: [0, 5, 5, 5]) == [0, 1, 1, 0])
        #expect(FairShare.split(100, among: [3, 4]) == [3, 4])
        #expect(FairShare.split(0, among: [3]) == [0])
    }

    @Test func permitsAreConservedWhateverIsSaidOfThem() {
        var book = PermitBook(total: 5, limit: 5)
        let (grant, leases) = book.lease([(LinkID(1), 2), (LinkID(2), 9)])
        #expect(leases.map(\.tokens.count) == [2, 3] && book.outstanding == 5)
        book.giveBack(leases[1].tokens, from: LinkID(1))
        #expect(book.outstanding == 5, "those are another child's")
        book.giveBack(leases[0].tokens, from: LinkID(1))
        book.giveBack(leases[0].tokens, from: LinkID(1))
        #expect(book.free == leases[0].tokens && book.isConserved, "a repeated return does nothing")
        book.loseChild(LinkID(2), freeAt: at(100))
        #expect(book.outstanding == 3 && book.isConserved, "what is missing counts as held")
        let held = PermitReport.Held(tokens: leases[1].tokens, grant: grant)
        #expect(book.adopt([held], behind: LinkID(3)).isEmpty)
        #expect(book.leased[LinkID(3)] == leases[1].tokens && book.missing.isEmpty && book.isConserved)
        book.lose(leases[1].tokens, from: LinkID(2), freeAt: at(100))
        #expect(book.leased[LinkID(3)]?.count == 3, "word of a loss that comes after the find changes nothing")
    }

    @Test func aMissingPermitIsGivenOutAnewOnlyAfterTheLeaseAndItsOldHolderIsTold() {
        var book = PermitBook(total: 1, limit: 1)
        let first = book.lease([(LinkID(1), 1)])
        book.loseChild(LinkID(1), freeAt: at(100))
        #expect(book.expire(at: at(99)).isEmpty && book.lease([(LinkID(2), 1)]).leases.isEmpty)
        #expect(book.nextExpiry == at(100) && book.expire(at: at(100)).count == 1)
        let second = book.lease([(LinkID(2), 1)])
        #expect(second.leases.count == 1 && second.grant > first.grant)
        let stale = book.adopt([PermitReport.Held(tokens: TokenSet(count: 1), grant: first.grant)], behind: LinkID(3))
        #expect(stale == TokenSet(count: 1) && book.leased[LinkID(2)]?.count == 1 && book.isConserved)
    }

    @Test func aLowerLimitAsksForWhatIsAboveItOnce() {
        var book = PermitBook(total: 10, limit: 10)
        let leases = book.lease([(LinkID(1), 6), (LinkID(2), 4)]).leases
        book.setLimit(4)
        let asked = book.recall()
        #expect(asked.map(\.count).reduce(0, +) == 6 && book.recall().isEmpty)
        book.giveBack(leases[0].tokens, from: LinkID(1))
        #expect(book.outstanding == 4 && book.lease([(LinkID(1), 1)]).leases.isEmpty)
        book.setLimit(5)
        #expect(book.lease([(LinkID(1), 3)]).leases.map(\.tokens.count) == [1])
    }

    @Test func aRelayGivesOutWhatItHasAndReturnsWhatNobodyWantsOrTheRootRecalls() {
        let key = BarrierKey(application: "a", name: "b")
        var table = PermitTable()
        table.receive(PermitLease(key: key, generation: 1, tokens: TokenSet(count: 4), grant: 3))
        let given = table.distribute(ownWants: true, [(LinkID(1), 2)])
        #expect(given.own && given.leases.map(\.tokens.count) == [2] && given.leases[0].grant == 3)
        #expect(table.takeReturns(nobodyWaits: false).isEmpty)
        #expect(table.takeReturns(nobodyWaits: true).count == 1)
        table.receive(PermitLease(key: key, generation: 1, tokens: TokenSet(), grant: 0, recalled: 1))
        let hadOne = table.finishOwn()
        #expect(hadOne)
        #expect(table.distribute(ownWants: true, []).own == false, "it is recalled")
        #expect(table.takeReturns(nobodyWaits: false).count == 1)
        let lost = table.loseChild(LinkID(1))
        #expect(lost == given.leases[0].tokens && table.all.isEmpty)
    }

    @Test func permitsThatComeWhileTheRootIsNotHeardAreGivenOutWhenItIs() throws {
        let key = BarrierKey(application: "a", name: "b")
        let everybody = TargetSet([TargetSet.Group(incarnation: 1, ranks: RankSet(count: 1))])
        func situation(_ milliseconds: UInt64, mayGrant: Bool) -> RelayBarriers.Situation {
            RelayBarriers.Situation(
                children: [], hasParent: true, mayGrant: mayGrant, overlayMilliseconds: milliseconds,
                time: at(milliseconds))
        }
        var barriers = RelayBarriers(rank: Rank(0))
        barriers.open(
            BarrierOpening(key: key, participants: everybody, reportIntervalMilliseconds: 0, throttle: .permits))
        _ = barriers.enter(key, 1, situation(0, mayGrant: true))
        let release = BarrierRelease(application: "a", name: "b", generation: 1, onTime: RankSet(count: 1))
        _ = barriers.release(release, situation(1, mayGrant: true))
        let lease = PermitLease(key: key, generation: 1, tokens: TokenSet(count: 1), grant: 1)
        let early = barriers.receive(lease, situation(2, mayGrant: false))
        #expect(!early.contains { if case .passage = $0 { true } else { false } })
        let due = try #require(barriers.nextDeadline)
        let later = barriers.advanceAll(situation(due.milliseconds - 1_000_000, mayGrant: true))
        #expect(later.contains { if case .passage(key, _) = $0 { true } else { false } }, "\(later)")
    }

    // MARK: - Rate

    @Test func aFixedRateNeverCatchesUp() {
        var pacer = RatePacer(hosts: 10, periodMilliseconds: 1_000)
        var left: [(UInt64, Int)] = []
        for step in stride(from: UInt64(0), through: 2_000, by: 50) { left.append((step, pacer.open(at: at(step)))) }
        #expect((19...22).contains(left.map(\.1).reduce(0, +)))
        #expect(pacer.open(at: at(60_000)) <= 3, "a minute's pause is worth one window")
        var slow = RatePacer(hosts: 2, periodMilliseconds: 60_000)
        let hosts = (0..<240).map { slow.open(at: at(UInt64($0) * 250)) }.reduce(0, +)
        #expect((2...3).contains(hosts), "slow rates add up over windows")
    }

    // MARK: - Slots

    @Test func aHostHasEnteredWhenAllItsProcessesHave() {
        var slots = HostSlots(expected: 2)
        let (first, second) = (OperationID(epoch: 1, sequence: 1), OperationID(epoch: 1, sequence: 2))
        #expect(slots.enter(first) == .waits(generation: 1, hostEntered: false))
        #expect(slots.enter(first) == .refused("this process has entered already and waits"))
        #expect(slots.enter(second) == .waits(generation: 1, hostEntered: true))
        #expect(slots.release(1) == [first, second] && slots.release(1).isEmpty)
        #expect(slots.enter(second) == .waits(generation: 2, hostEntered: false))
        let isHostIn = slots.end(first)
        #expect(isHostIn, "the others do not wait for a process that has ended")
        #expect(slots.hostEntered == 2 && !slots.hasEnded)
        #expect(!slots.end(second) && slots.hasEnded)
        let third = slots.enter(OperationID(epoch: 1, sequence: 3))
        guard case .refused = third else { Issue.record("\(third)"); return }
    }
}
