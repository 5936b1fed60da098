import PlushTree
import Testing

@Suite struct NodeSetTests {
    @Test(arguments: [
        ([], ""),
        (["n1"], "n1"),
        (["n1", "n2", "n3"], "n[1-3]"),
        (["n3", "n1", "n2", "n1"], "n[1-3]"),
        (["n1", "n3", "n4", "n9"], "n[1,3-4,9]"),
        (["n0", "n1"], "n[0-1]"),
        (["n9", "n10", "n11"], "n[9-11]"),
        (["a1", "b1", "a2"], "a[1-2],b1"),
        (["n1.x", "n2.x", "n1.y"], "n[1-2].x,n1.y"),
        (["r1-n1", "r1-n2", "r2-n1"], "r1-n[1-2],r2-n1"),
        (["r1-n1", "r1-n2", "r2-n1", "r2-n2"], "r[1-2]-n[1-2]"),
        (["login", "n1", "login", "gate"], "gate,login,n1"),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.[1-2]"),
        (["7", "8"], "[7-8]"),
        (["n1:2222", "n2:2222", "n2:22"], "n2:[22,2222],n1:2222"),
        (["login:22", "login:23", "::1", "::2"], "::[1-2],login:[22-23]"),
        ([""], ""),
        (["\u{e9}1", "\u{e9}2"], "\u{e9}[1-2]"),
    ])
    func namesFoldOnTheirNumbers(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
    }

    @Test(arguments: [
        (["n001", "n002", "n003"], "n[001-003]"),
        (["n009", "n010", "n100"], "n[009-010,100]"),
        (["n099", "n100", "n101"], "n[099-101]"),
        (["n100", "n099"], "n[099-100]"),
        // Numbers of another width than the padded ones are ranges of their own, the shorter first.
        (["n01", "n1", "n001"], "n[1,01,001]"),
        (["n08", "n09", "n10", "n11", "n100"], "n[08-11,100]"),
        (["n7", "n08", "n9"], "n[7,9,08]"),
        (["n00", "n0"], "n[0,00]"),
        // A padded number that stands alone gives its width to what follows.
        (["n01", "n99", "n100"], "n[01,99,100]"),
        (["n01", "n02", "n99", "n100"], "n[01-02,99-100]"),
        // Of no padded neighbour, a wide number says nothing about padding.
        (["n98", "n99", "n100"], "n[98-100]"),
        // What fills the width of another stem is not touched by it.
        (["a01", "b10", "b9"], "a01,b[9-10]"),
    ])
    func zeroPaddingIsKept(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
    }

    @Test func aPaddedHundredFoldsWhole() {
        let names = (1...100).map { "n" + String(repeating: "0", count: 3 - String($0).count) + String($0) }
        #expect(NodeSet.fold(names) == "n[001-100]")
        #expect(NodeSet.fold(names.reversed()) == "n[001-100]")
    }

    @Test(arguments: [
        (["n4294967295", "n4294967294"], "n[4294967294-4294967295]"),
        (["n4294967296", "n4294967297", "n1", "n4294967296"], "n[1,4294967296-4294967297]"),
        (
            ["n99999999999999999999999", "n100000000000000000000000"],
            "n[99999999999999999999999-100000000000000000000000]"
        ),
        (["n0000000001", "n0000000002"], "n[0000000001-0000000002]"),
        (["n99999999999999999999999"], "n99999999999999999999999"),
        // Digits of other scripts, and digits with an accent, are letters of the name.
        (["n\u{661}", "n\u{662}"], "n\u{661},n\u{662}"),
        (["n1\u{301}"], "n1\u{301}"),
    ])
    func numbersMayBeLongerThanAnyInteger(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
    }

    @Test(arguments: [
        // Larger blocks come first, and a name is in one block alone.
        (["a1b1", "a1b2", "a2b1", "a2b2", "a3b1"], "a[1-2]b[1-2],a3b1"),
        (["a1b1", "a2b1", "a3b1", "a1b2"], "a[2-3]b1,a1b[1-2]"),
        // Neighbours in the order of texts meet first: "10" is before "9".
        (["a9b1", "a10b1", "a10b2"], "a10b[1-2],a9b1"),
        (["x1.y1.z1", "x1.y1.z2", "x2.y1.z1", "x2.y1.z2", "x2.y2.z2"], "x[1-2].y1.z[1-2],x2.y2.z2"),
        (["50%n1", "50%n2"], "50%n[1-2]"),
    ])
    func severalNumbersFoldToBlocks(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
        #expect(NodeSet.fold(names.reversed()) == folded)
    }

    @Test func namesAreOrderedAsTheyFold() {
        #expect(NodeSet.ordered(["n10", "n9", "m", "n09", "n9"]) == ["m", "n9", "n09", "n10"])
        #expect(NodeSet.ordered(["a1b1", "a3b1", "a2b2", "a2b1", "a1b2"]) == ["a1b1", "a1b2", "a2b1", "a2b2", "a3b1"])
        #expect(NodeSet.ordered([]) == [])
    }

    /// Comparing all pairs would take sixteen times as long for four times the names.
    @Test func foldingTakesAboutAsLongAsThereAreNames() {
        func best(_ count: Int) -> Double {
            var random = SplitMix64(seed: 7)
            let names = (0..<count).map { _ in IrregularNames.name(&random) }
            return (0..<3).map { _ in ThreadClock.seconds { _ = NodeSet.fold(names) } }.min() ?? 0
        }
        let (few, many) = (best(2_000), best(8_000))
        #expect(many < 10 * few, "2,000 names took \(few) s, 8,000 took \(many) s")
    }

    @Test(arguments: UInt64(1)...5)
    func tenThousandShuffledNamesFoldToOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let names = (0..<10_000).map { "node\($0).example" }.shuffled(using: &random)
        #expect(NodeSet.fold(names) == "node[0-9999].example")
        #expect(NodeSet.fold(names + names) == "node[0-9999].example")
    }
}
