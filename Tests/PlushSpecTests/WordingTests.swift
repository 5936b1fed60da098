import Testing

@testable import PlushSpec

@Suite struct WordingTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abcd", "abdc", 1), ("abc", "abc", 0),
        ("num_host", "num_hosts", 1), ("ab", "ba", 1), ("xaby", "xbay", 1), ("aaa", "aa", 1),
    ])
    func theDistanceCountsEdits(left: String, right: String, expected: Int) {
        #expect(Wording.distance(left, right) == expected)
        #expect(Wording.distance(right, left) == expected)
    }

    @Test func onlyNearNamesAreSuggested() {
        let names = ["path", "cmdline", "environment", "cwd", "timeout"]
        #expect(Wording.nearest(to: "enviroment", among: names) == "environment")
        #expect(Wording.nearest(to: "CWD", among: names) == "cwd")
        #expect(Wording.nearest(to: "pth", among: names) == "path")
        #expect(Wording.nearest(to: "command", among: names) == nil)
        #expect(Wording.nearest(to: "", among: names) == nil)
    }

    @Test func quotesAreOneShortLine() {
        #expect(Wording.quoted(" a\n\tb ") == "\"a b\"")
        #expect(Wording.quoted(String(repeating: "x", count: 99)) == "\"\(String(repeating: "x", count: 37))...\"")
        #expect(Wording.choice(["a", "b", "c"]) == "a, b or c")
        #expect(Wording.choice(["a"]) == "a")
    }
}
