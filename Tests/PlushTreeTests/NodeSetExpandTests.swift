import PlushTree
import Testing

/// Text of node sets to names.
@Suite struct NodeSetExpandTests {
    @Test(arguments: [
        ("", []),
        (" \n", []),
        ("m7", ["m7"]),
        ("n[1-3]", ["n1", "n2", "n3"]),
        ("n[001-003],m7", ["n001", "n002", "n003", "m7"]),
        ("n[9-11]", ["n9", "n10", "n11"]),
        ("n[099-101]", ["n099", "n100", "n101"]),
        ("n[00]", ["n00"]),
        ("n[0-3/2]", ["n0", "n2"]),
        ("n[001-100/30]", ["n001", "n031", "n061", "n091"]),
        ("n[1-3/99]", ["n1"]),
        ("n[7,1-2]", ["n7", "n1", "n2"]),
        ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ("r[1-2][3-4]", ["r13", "r14", "r23", "r24"]),
        ("n[1-2].x[3,5].org", ["n1.x3.org", "n1.x5.org", "n2.x3.org", "n2.x5.org"]),
        ("[1-3]", ["1", "2", "3"]),
        ("10.0.0.[1-2]", ["10.0.0.1", "10.0.0.2"]),
        ("n[1-2]0", ["n10", "n20"]),
        ("a b,c\td\ne , f", ["a", "b", "c", "d", "e", "f"]),
        ("n[ 1 , 3 - 4 ]", ["n1", "n3", "n4"]),
        ("user@n[1-2]:2222", ["user@n1:2222", "user@n2:2222"]),
        ("::1,fe80::1%lo", ["::1", "fe80::1%lo"]),
        ("1-3", ["1-3"]),
        ("\u{e9}[1-2]", ["\u{e9}1", "\u{e9}2"]),
        ("n[999999999999999998-999999999999999999]", ["n999999999999999998", "n999999999999999999"]),
    ])
    func textStandsForNamesInItsOrder(text: String, names: [String]) throws {
        #expect(try NodeSet.expand(text) == names)
    }

    @Test(arguments: [
        ("n3,n[1-3],n2", ["n3", "n1", "n2"]),
        ("n[1-2,2-3]", ["n1", "n2", "n3"]),
        ("a,a,a", ["a"]),
        ("n1,n01", ["n1", "n01"]),
        // Two ways to the same name through two brackets.
        ("n[1,11]1[1,11],n1111", ["n111", "n1111", "n11111"]),
    ])
    func aRepeatedNameKeepsItsFirstPlace(text: String, names: [String]) throws {
        let expanded = try NodeSet.expand(text)
        #expect(expanded.prefix(names.count) == names[...])
        #expect(Set(expanded).count == expanded.count)
    }

    @Test(arguments: [
        ("n[1", 4, "] is missing"), ("n[", 3, "] is missing"), ("n[1-", 5, "] is missing"),
        ("n1]", 3, "found ] without ["), ("n[[1]]", 3, "found [ within brackets"), ("n[]", 3, "expected a number"),
        ("n[1,]", 5, "expected a number"), ("n[,1]", 3, "expected a number"), ("n[1-]", 5, "expected the last number"),
        ("n[a-c]", 3, "found \"a\", expected a number"), ("n[1x]", 4, "expected , or ]"),
        ("n[-1]", 3, "found \"-\", expected a number"), ("n[+1]", 3, "expected a number"),
        ("n[1--3]", 5, "found \"-\""), ("n[3-1]", 3, "write 1-3"), ("n[01-3]", 3, "2 digits and the other 1"),
        ("n[1-03]", 3, "as in 001-100"), ("n[01-100]", 3, "as in 001-100"), ("n[1-5/0]", 7, "write 1 or more"),
        ("n[1-5/]", 7, "expected a step"), ("n[1/2]", 4, "a step belongs to a range"),
        ("a,,b", 3, "missing before the comma"), (",a", 1, "missing before the comma"),
        ("a,", 3, "missing after the comma"), ("m7,n[1-3],x[2-1]", 13, "write 1-2"),
        ("\u{e9}\u{e9},n[3-1]", 6, "write 1-3"), ("a\u{0}b", 2, "control character"),
        ("[::1]:22", 2, "IPv6 address without them"),
    ])
    func anErrorNamesThePlaceAndWhatWouldBeRight(text: String, position: Int, telling: String) {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text) }
        #expect(error?.code == .syntax)
        #expect(error?.position == position)
        #expect(error?.message.contains(telling) == true, "\(String(describing: error))")
    }

    @Test func theNameAtFaultIsRepeatedAlone() {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand("m7, n[1,3-2], x") }
        #expect(error?.excerpt == "n[1,3-2]")
        #expect(
            error?.description
                == "character 9, in \"n[1,3-2]\": the range ends before it begins; write 2-3")
        let long = #expect(throws: NodeSetError.self) {
            try NodeSet.expand("n[3-1]" + String(repeating: "x", count: 900))
        }
        #expect(long?.excerpt.count == 40)
    }

    @Test(arguments: [
        ("n[1-5]!n[3-4]", ["n1", "n2", "n5"]), ("n[1-5]&n[4-9]", ["n4", "n5"]),
        ("n[1-3]^n[3-5]", ["n1", "n2", "n4", "n5"]),
        // From left to right, none before another, with blanks wherever one likes.
        ("n[1-9] ! n[3-4] & n[1-5],m", ["n1", "n2", "n5", "m"]), ("a,b!a,a", ["b", "a"]), ("n1!n1", []),
        ("b,a&a,b", ["a", "b"]), ("a!b!c", ["a"]), ("a&b", []), ("a^a", []), ("a ^ b", ["a", "b"]),
    ])
    func operatorsWorkFromLeftToRight(text: String, names: [String]) throws {
        #expect(try NodeSet.expand(text) == names)
    }

    @Test(arguments: [
        ("!a", 1, "before the operator !"), ("a!", 3, "after the operator !"), ("a,!b", 3, "before the operator !"),
        ("a&&b", 3, "before the operator &"), ("^hosts", 1, "before the operator ^"), ("n[1!2]", 4, "expected , or ]"),
    ])
    func anOperatorNeedsTwoSides(text: String, position: Int, telling: String) {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text) }
        #expect(error?.code == .syntax)
        #expect(error?.position == position)
        #expect(error?.message.contains(telling) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "n[1-4000000000]", "n[0-999999999999999999]", "n[1-1048577]", "n[1-1024]x[1-1024],y", "n[1-1048576],m",
        "n[1-100000]x[1-100000]x[1-100000]x[1-100000]x[1-100000]", "n[1-9999999999999999999]",
        "n[0-999999999999999999,0-999999999999999999]x[0-999999999999999999]x[0-999999999999999999]",
    ])
    func tooManyNamesAreRefusedBeforeTheyAreMade(text: String) {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text) }
        #expect(error?.code == .limit)
    }

    @Test func aCallerMayAllowFewer() throws {
        #expect(try NodeSet.expand("n[1-3]", limit: 3) == ["n1", "n2", "n3"])
        #expect(try NodeSet.expand("", limit: -1) == [])
        for (text, limit) in [("n[1-3]", 2), ("n1,n1,n1", 2), ("a", 0), ("a", -1)] {
            let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text, limit: limit) }
            #expect(error?.code == .limit)
        }
        let most = #expect(throws: NodeSetError.self) { try NodeSet.expand("n[1-4000000]", limit: .max) }
        #expect(most?.message.contains("more than 1048576 names") == true)
    }

    @Test func lengthsAreBounded() throws {
        let longest = String(repeating: "n", count: NodeSetLimits.nameBytesMax)
        #expect(try NodeSet.expand(longest) == [longest])
        for text in [longest + "n", longest.dropLast(2) + "[99-100]", "n[" + String(repeating: "0", count: 300) + "]"] {
            let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text) }
            #expect(error?.code == .limit)
        }
        let blanks = String(repeating: " ", count: NodeSetLimits.textBytesMax - 1)
        #expect(try NodeSet.expand(blanks + "a") == ["a"])
        #expect(throws: NodeSetError.self) { try NodeSet.expand(blanks + "ab") }
        // Neither many brackets nor many names make a deep recursion.
        let brackets = String(repeating: "[1]", count: 300_000)
        #expect(throws: NodeSetError.self) { try NodeSet.expand(brackets) }
        #expect(try NodeSet.expand(String(repeating: "a,", count: 50_000) + "a") == ["a"])
    }

    @Test(arguments: UInt64(1)...20)
    func expandingWhatWasFoldedGivesTheNamesBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var names: Set<String> = []
        for _ in 0..<Int.random(in: 1...200, using: &random) {
            let width = Int.random(in: 1...4, using: &random)
            let number = String(Int.random(in: 0...120, using: &random))
            let digits = String(repeating: "0", count: max(0, width - number.count)) + number
            let prefix = ["n", "rack1-n", "", "x.y", "10.0.0."].randomElement(using: &random) ?? "n"
            let suffix = ["", ".org", "-ib", ":2222"].randomElement(using: &random) ?? ""
            names.insert(prefix + digits + suffix)
        }
        let folded = NodeSet.fold(names.sorted())
        #expect(Set(try NodeSet.expand(folded)) == names, "\(folded)")
        #expect(try NodeSet.expand(folded).count == names.count)
    }

    @Test(arguments: UInt64(1)...300)
    func randomTextIsExpandedOrRefused(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array("n17[]-,/ :@!&^0*\u{e9}\n")
        let text = String((0..<40).map { _ in letters.randomElement(using: &random) ?? "n" })
        do {
            for name in try NodeSet.expand(text) {
                #expect(!name.isEmpty)
                #expect(!name.contains { "[],!&^ \n".contains($0) }, "\(text)")
            }
        } catch {
            #expect((1...text.count + 1).contains(error.position), "\(text): \(error)")
            #expect(!error.message.isEmpty)
        }
    }
}
