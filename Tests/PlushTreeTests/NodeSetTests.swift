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
        (["login", "n1", "login", "gate"], "login,gate,n1"),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.[1-2]"),
        (["7", "8"], "[7-8]"),
        (["n1:2222", "n2:2222", "n2:22"], "n[1-2]:2222,n2:22"),
        (["login:22", "login:23", "::1", "::2"], "login:[22-23],::[1-2]"),
        ([""], ""),
        (["\u{e9}1", "\u{e9}2"], "\u{e9}[1-2]"),
    ])
    func namesFoldOnTheirLastNumber(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
    }

    @Test(arguments: [
        (["n001", "n002", "n003"], "n[001-003]"),
        (["n009", "n010", "n100"], "n[009-010,100]"),
        (["n099", "n100", "n101"], "n[099-101]"),
        (["n100", "n099"], "n[099-100]"),
        // Numbers of another width than the padded ones stay apart, the narrower first.
        (["n01", "n1", "n001"], "n1,n01,n001"),
        (["n08", "n09", "n10", "n11", "n100"], "n100,n[08-11]"),
        (["n7", "n08", "n9"], "n[7,9],n08"),
        (["n00", "n0"], "n0,n00"),
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
        (["n4294967296"], "n4294967296"),
        (["n4294967296", "n4294967297", "n1", "n4294967296"], "n4294967296,n4294967297,n1"),
        (["n0000000001", "n0000000002"], "n[0000000001-0000000002]"),
        (["n99999999999999999999999"], "n99999999999999999999999"),
        // Digits of other scripts, and digits with an accent, are letters of the name.
        (["n\u{661}", "n\u{662}"], "n\u{661},n\u{662}"),
        (["n1\u{301}"], "n1\u{301}"),
    ])
    func numbersThatDoNotFitStayPlain(names: [String], folded: String) {
        #expect(NodeSet.fold(names) == folded)
    }

    @Test(arguments: UInt64(1)...5)
    func tenThousandShuffledNamesFoldToOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let names = (0..<10_000).map { "node\($0).example" }.shuffled(using: &random)
        #expect(NodeSet.fold(names) == "node[0-9999].example")
        #expect(NodeSet.fold(names + names) == "node[0-9999].example")
    }
}
