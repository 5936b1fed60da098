import PlushTree
import Testing

/// The short form of barrier policies: what is read is what is printed, and what is wrong is told.
@Suite struct BarrierPolicyTests {
    @Test(arguments: [
        ("all", "all"), ("all/60s", "all/1m"), ("98", "98"), ("95%", "95%"), ("99.5%", "99.5%"), ("98/30s", "98/30s"),
        ("95%/500ms", "95%/500ms"), ("knee", "knee"), ("knee/90s", "knee/90s"), ("knee:80%", "knee:80%"),
        ("knee:3/2m", "knee:3/2m"), ("knee:50%", "knee"), ("once", "all"), ("rate:5/s", "rate:5/s"),
        ("rate:30/m", "rate:30/m"), ("limit:25", "limit:25"), ("adaptive", "adaptive"),
        ("adaptive:200", "adaptive:200"),
        ("refuse", "refuse"), ("pass", "all"), ("limit:25 95%/30s,refuse", "95%/30s limit:25 refuse"),
        ("  knee ,, adaptive ", "knee adaptive"),
    ])
    func policiesAreReadAsTheyArePrinted(text: String, printed: String) throws {
        let policy = try BarrierPolicy(text)
        #expect(policy.description == printed)
        #expect(try BarrierPolicy(policy.description) == policy)
    }

    @Test(arguments: [
        ("", "write all"), ("alll", "write all"), ("98/", "write a time"), ("98/30", "ms, s, m, h or d"),
        ("98/0s", "1ms to 366d"), ("98/400d", "1ms to 366d"), ("98/99999999999s", "1ms to 366d"), ("0", "from 1"),
        ("1000001", "from 1"),
        ("120%", "at most 100%"), ("0%", "above 0%"), ("99.55%", "95% or 99.5%"), ("%", "write all"),
        ("-5", "write all"), ("knee:", "write a count"), ("knee:101%", "at most 100%"), ("98/30s/2", "write all"),
        ("rate:5", "rate:5/s"), ("rate:0/s", "from 1"), ("rate:5/x", "rate:5/s"), ("limit:", "limit:25"),
        ("limit:0", "from 1"), ("limit:-1", "from 1"), ("adaptive:x", "from 1"),
        ("limit:99999999999999999999", "from 1"),
        ("all 98", "says already when"), ("once limit:3", "says already how"), ("pass refuse", "says already what"),
        ("sometimes", "pass or refuse"),
    ])
    func whatIsWrongIsToldWithWhatWouldBeRight(text: String, telling: String) {
        let error = #expect(throws: BarrierPolicyError.self) { _ = try BarrierPolicy(text) }
        #expect(error?.description.contains(telling) == true, "\(String(describing: error))")
    }

    @Test(arguments: [("95%", 100, 95), ("95%", 99, 95), ("95%", 1, 1), ("0.1%", 10, 1), ("100%", 7, 7), ("3", 2, 3)])
    func aThresholdIsRoundedUp(text: String, participants: Int, needed: Int) throws {
        #expect(try BarrierThreshold(text).needed(of: participants) == needed)
    }

    @Test(arguments: [("knee", 3), ("knee:9", 8), ("9", 8)])
    func whatTooFewHostsCanNeverSatisfyIsRefused(text: String, hosts: Int) throws {
        let rule = try BarrierEntryRule(text)
        let error = #expect(throws: BarrierPolicyError.self) { try rule.check(participants: hosts) }
        #expect(error?.code == .hosts)
        try rule.check(participants: hosts + 1)
    }

    @Test func timesArePrintedInTheirLargestWholeUnit() throws {
        let printed = try ["1500ms", "60s", "90m", "48h"].map { try BarrierDelay($0).description }
        #expect(printed == ["1500ms", "1m", "90m", "2d"])
    }

    @Test func aWordWithControlCharactersIsRepeatedHarmlessly() {
        let error = #expect(throws: BarrierPolicyError.self) { _ = try BarrierPolicy("\u{1B}[31m") }
        #expect(error?.word == "?[31m")
    }
}
