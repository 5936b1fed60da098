import PlushTree
import Testing

@Suite struct RankSetTests {
    private typealias Range = RankSet.Range

    /// Where the numbers of a random set lie: the ends of the number space are where additions could overflow.
    private static let windows: [ClosedRange<UInt32>] = [
        0...40, 1000...1400, (UInt32.max - 40)...UInt32.max, (UInt32.max - 400)...(UInt32.max - 1),
    ]

    private func members(in window: ClosedRange<UInt32>, _ random: inout SplitMix64) -> Set<UInt32> {
        let density = UInt32.random(in: 0...100, using: &random)
        return Set(window.filter { _ in UInt32.random(in: 0..<100, using: &random) < density })
    }

    private func set(of members: Set<UInt32>) -> RankSet {
        RankSet(members.map(Rank.init))
    }

    private func expectEqual(_ set: RankSet, _ oracle: Set<UInt32>, _ comment: Comment) {
        #expect(set.map(\.value) == oracle.sorted(), comment)
        #expect(set.count == oracle.count, comment)
        #expect(set.underestimatedCount == oracle.count, comment)
        #expect(set.isEmpty == oracle.isEmpty, comment)
        #expect(set.first?.value == oracle.min(), comment)
        #expect(set.last?.value == oracle.max(), comment)
        #expect(RankSet(set.description) == set, comment)
        for (left, right) in zip(set.ranges, set.ranges.dropFirst()) {
            #expect(UInt64(left.upper) + 1 < UInt64(right.lower), comment)
        }
    }

    @Test(arguments: UInt64(1)...200)
    func algebraAgreesWithASetOfNumbers(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let window = Self.windows[Int(seed) % Self.windows.count]
        let (a, b) = (members(in: window, &random), members(in: window, &random))
        let (left, right) = (set(of: a), set(of: b))
        expectEqual(left, a, "seed \(seed)")
        expectEqual(left.union(right), a.union(b), "union, seed \(seed)")
        expectEqual(left.intersection(right), a.intersection(b), "intersection, seed \(seed)")
        expectEqual(left.subtracting(right), a.subtracting(b), "subtraction, seed \(seed)")
        #expect(left.isSubset(of: right) == a.isSubset(of: b))
        #expect(left.isDisjoint(with: right) == a.isDisjoint(with: b))
        #expect(left.intersection(right).isSubset(of: left))
        #expect(left.subtracting(right).isDisjoint(with: right))
        #expect((left == right) == (a == b))
        var changed = left
        changed.formUnion(right)
        #expect(changed == left.union(right))
        changed.subtract(right)
        #expect(changed == left.subtracting(right))
    }

    /// One side much shorter than the other: searches take the place of passes.
    @Test(arguments: UInt64(1)...60)
    func algebraAgreesWhereOneSideIsMuchShorter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let first: UInt32 = seed % 2 == 0 ? 0 : UInt32.max - 2_000
        let many = Set((first...(first + 2_000)).filter { _ in Bool.random(using: &random) })
        var few: Set<UInt32> = []
        for _ in 0..<(seed % 9) {
            let start = first + UInt32.random(in: 0...1_990, using: &random)
            few.formUnion(start...(start + UInt32.random(in: 0...10, using: &random)))
        }
        let (long, short) = (set(of: many), set(of: few))
        #expect(long.ranges.count > 16 * short.ranges.count)
        expectEqual(long.union(short), many.union(few), "seed \(seed)")
        expectEqual(short.union(long), many.union(few), "seed \(seed)")
        expectEqual(long.intersection(short), many.intersection(few), "seed \(seed)")
        expectEqual(short.intersection(long), many.intersection(few), "seed \(seed)")
        expectEqual(long.subtracting(short), many.subtracting(few), "seed \(seed)")
        expectEqual(short.subtracting(long), few.subtracting(many), "seed \(seed)")
        #expect(short.isSubset(of: long) == few.isSubset(of: many), "seed \(seed)")
        #expect(short.intersection(long).isSubset(of: long), "seed \(seed)")
        #expect(short.isDisjoint(with: long) == few.isDisjoint(with: many), "seed \(seed)")
        #expect(long.isDisjoint(with: short.subtracting(long)), "seed \(seed)")
    }

    @Test(arguments: UInt64(1)...40)
    func insertingAndRemovingAgreeWithASetOfNumbers(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let window = Self.windows[Int(seed) % Self.windows.count]
        var set = RankSet()
        var oracle: Set<UInt32> = []
        for _ in 0..<300 {
            let number = UInt32.random(in: window, using: &random)
            if Bool.random(using: &random) {
                let isNew = set.insert(Rank(number))
                #expect(isNew != oracle.contains(number), "seed \(seed)")
                oracle.insert(number)
            } else {
                let wasThere = set.remove(Rank(number))
                #expect(wasThere == oracle.contains(number), "seed \(seed)")
                oracle.remove(number)
            }
            #expect(set.contains(Rank(number)) == oracle.contains(number), "seed \(seed)")
        }
        expectEqual(set, oracle, "seed \(seed)")
        for number in window { #expect(set.contains(Rank(number)) == oracle.contains(number), "seed \(seed)") }
    }

    @Test func rangesInAnyOrderBecomeSortedAndMerged() {
        let set = RankSet(ranges: [Range(9, 9), Range(4, 7), Range(0, 3), Range(6, 2), Range(20, 30), Range(25, 26)])
        #expect(set.ranges == [Range(0, 7), Range(9, 9), Range(20, 30)])
    }

    @Test func theWholeNumberSpaceIsOneRange() {
        let everything = RankSet(ranges: [Range(0, UInt32.max)])
        #expect(everything.count == 1 << 32)
        #expect(everything.contains(Rank(0)))
        #expect(everything.contains(.controller))
        #expect(everything.subtracting(everything).isEmpty)
        #expect(everything.union(everything) == everything)
        #expect(RankSet().union(everything) == everything)
        let rest = everything.subtracting(RankSet(ranges: [Range(1, UInt32.max - 1)]))
        #expect(rest.ranges == [Range(0, 0), Range(UInt32.max, UInt32.max)])
        #expect(rest.map(\.value) == [0, UInt32.max])
    }

    @Test func theLastNumbersMergeAndPart() {
        var set = RankSet(.controller)
        set.insert(Rank(UInt32.max - 1))
        #expect(set.ranges == [Range(UInt32.max - 1, UInt32.max)])
        let isNew = [set.insert(.controller), set.insert(Rank(0))]
        #expect(isNew == [false, true])
        #expect(set.union(RankSet(.controller)) == set)
        #expect(RankSet(ranges: [Range(UInt32.max, UInt32.max), Range(UInt32.max, UInt32.max)]).count == 1)
        let wasThere = [set.remove(.controller), set.remove(.controller)]
        #expect(wasThere == [true, false])
        #expect(set.ranges == [Range(0, 0), Range(UInt32.max - 1, UInt32.max - 1)])
        #expect(set.last == Rank(UInt32.max - 1))
    }

    @Test func aCountGivesAllHosts() {
        #expect(RankSet(count: 0) == RankSet())
        #expect(RankSet(count: -1) == RankSet())
        #expect(RankSet(count: 3).map(\.value) == [0, 1, 2])
        #expect(RankSet(count: 1 << 32).last == .controller)
    }

    @Test func theEmptySetHasNoMembers() {
        let empty = RankSet()
        #expect(empty.isEmpty && empty.first == nil && empty.last == nil)
        #expect(Array(empty).isEmpty)
        #expect(!empty.contains(Rank(0)))
        #expect(empty.isSubset(of: empty) && empty.isDisjoint(with: empty))
        var changed = RankSet(count: 2)
        changed.subtract(empty)
        changed.formUnion(empty)
        #expect(changed == RankSet(count: 2))
        changed.remove(Rank(2))
        #expect(changed == RankSet(count: 2))
    }

    @Test func aFinishedIteratorStaysFinished() {
        var iterator = RankSet(.controller).makeIterator()
        let ranks = [iterator.next(), iterator.next(), iterator.next()]
        #expect(ranks == [.controller, nil, nil])
    }
}
