import PlushTree
import Testing

@Suite struct RankSetTextTests {
    @Test func setsPrintFolded() {
        #expect(RankSet([9, 0, 1, 2, 3, 4, 5, 6, 7].map(Rank.init)).description == "0-7,9")
        #expect(RankSet().description == "")
        #expect(RankSet(.controller).description == "controller")
        #expect(RankSet([UInt32.max - 1, UInt32.max].map(Rank.init)).description == "4294967294-controller")
        #expect(Rank(7).description == "7")
    }

    @Test(arguments: [
        ("", ""), ("0", "0"), ("0-7,9", "0-7,9"), ("9,0-7", "0-7,9"), ("3-3", "3"), ("1-5,2-9,10", "1-10"),
        ("007", "7"), ("4294967294", "4294967294"), ("0-4294967295", "0-controller"), ("controller", "controller"),
        ("0,controller", "0,controller"), ("controller-controller", "controller"),
    ])
    func goodTextIsReadAndPrintedNormalised(text: String, printed: String) {
        #expect(RankSet(text)?.description == printed)
    }

    @Test(arguments: [
        ",", "1,", ",1", "1,,2", "-", "-1", "1-", "+1", "1-+2", "1--2", "1-2-3", "2-1", "controller-1", " 1", "1 ",
        "1, 2", "1 - 2",
        "a", "0x1", "1.5", "4294967296", "0-4294967296", "99999999999999999999", "[0-7]", "\u{661}", "1\u{301}",
        "\u{0}",
        "Controller",
    ])
    func badTextIsNoSet(text: String) {
        #expect(RankSet(text) == nil)
    }
}
