import PlushController
import Testing

/// Texts that differ, as `diff -u` shows it.
@Suite struct UnifiedDifferenceTests {
    private func difference(_ old: [String], _ new: [String]) -> UnifiedDifference {
        func text(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [0x0A] } }
        return UnifiedDifference(from: text(old), to: text(new))
    }

    private func lines(_ hunk: UnifiedDifference.Hunk) -> [String] {
        hunk.lines.map { $0.change.rawValue + String(decoding: $0.text, as: UTF8.self) }
    }

    @Test func threeLinesStandAroundAChange() {
        let old = (1...12).map(String.init)
        var new = old
        new[5] = "six"
        let hunks = difference(old, new).hunks
        #expect(hunks.map(\.heading) == ["@@ -3,7 +3,7 @@"])
        #expect(hunks.first.map(lines) == [" 3", " 4", " 5", "-6", "+six", " 7", " 8", " 9"])
    }

    @Test func whatIsEqualHasNoHunksAndAMissingEndOfLineIsNone() {
        #expect(difference(["a"], ["a"]).hunks == [])
        #expect(difference([], []).hunks == [])
        #expect(UnifiedDifference(from: Array("a".utf8), to: Array("a\n".utf8)).hunks == [])
    }

    @Test func nothingBeforeOrAfterIsCountedFromTheLineAbove() {
        #expect(difference([], ["a"]).hunks.map(\.heading) == ["@@ -0,0 +1,1 @@"])
        #expect(difference(["a", "b"], []).hunks.map(\.heading) == ["@@ -1,2 +0,0 @@"])
    }

    /// The lines without those removed are the new text, those without the added ones the old one.
    @Test(arguments: 1...30)
    func hunksLeadFromOneTextToTheOther(round: Int) throws {
        var state = UInt64(round)
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        let old = (0..<next(60)).map { _ in "line \(next(9))" }
        var new = old
        for _ in 0..<next(6) {
            if next(2) == 0, !new.isEmpty {
                new.remove(at: next(UInt64(new.count)))
            } else {
                new.insert("x\(next(9))", at: next(UInt64(new.count) + 1))
            }
        }
        var result: [String] = []
        var place = 0
        for hunk in difference(old, new).hunks {
            let numbers = hunk.heading.split { !$0.isNumber }.compactMap { Int($0) }
            let first = numbers[1] == 0 ? numbers[0] : numbers[0] - 1
            result += old[place..<first]
            place = first + numbers[1]
            let kept = lines(hunk)
            #expect(
                kept.filter { $0.first != "+" }.map { String($0.dropFirst()) } == Array(old[first..<place]),
                "round \(round)")
            result += kept.filter { $0.first != "-" }.map { String($0.dropFirst()) }
        }
        #expect(result + old[place...] == new, "round \(round)")
    }

    @Test func textsWithNothingInCommonAreTakenWhole() {
        let old = (0..<5_000).map { "a\($0)" }
        let new = (0..<5_000).map { "b\($0)" }
        #expect(difference(old, new).hunks.map(\.heading) == ["@@ -1,5000 +1,5000 @@"])
    }
}
