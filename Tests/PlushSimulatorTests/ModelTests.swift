import PlushProtocol
import PlushSimulator
import PlushTree
import Testing

@Suite struct ModelTests {
    @Test(arguments: [Int64(0), 200, -200, 100_000, -100_000])
    func aClockWakesAtTheFirstMomentAtWhichItShowsTheDeadline(drift: Int64) {
        var clock = MachineClock(offset: 5_000_000_000)
        clock.drift(perMillion: drift, at: 1_000_000_000)
        var random = SplitMix64(seed: 9)
        for _ in 0..<500 {
            let deadline = Instant(nanoseconds: 6_000_000_000 + random.below(UInt64(100_000_000_000)))
            let moment = clock.world(for: deadline)
            #expect(clock.local(at: moment) >= deadline)
            #expect(moment == 1_000_000_000 || clock.local(at: moment - 1) < deadline)
        }
    }

    @Test func distributionsStayWithinTheirBoundsAndNearTheirMeans() {
        var random = SplitMix64(seed: 3)
        let uniform = (0..<4_000).map { _ in Distribution.uniform(10, 20).draw(&random) }
        #expect(uniform.min() == 10 && uniform.max() == 20)
        let exponential = (0..<20_000).map { _ in Distribution.exponential(least: 1_000, mean: 100_000).draw(&random) }
        let mean = exponential.reduce(0, +) / UInt64(exponential.count)
        #expect((95_000...110_000).contains(mean) && exponential.min()! >= 1_000)
        let heavy = (0..<4_000).map { _ in Distribution.heavy(least: 100, most: 5_000).draw(&random) }
        #expect(heavy.min()! >= 100 && heavy.max() == 5_000)
        #expect((1_600...2_400).contains(heavy.count { $0 > 200 }))
    }

    @Test func bulkGivesWayAndALineIsSharedByAllItsMessages() {
        var egress = Egress()
        let bulk = egress.send(cost: 100, isBulk: true, at: 0)
        let control = egress.send(cost: 10, isBulk: false, at: 0)
        let more = egress.send(cost: 100, isBulk: true, at: 0)
        #expect([bulk, control, more] == [100, 10, 200])
        #expect(egress.busyNanoseconds == 210)
    }
}
