import Testing

@testable import PlushTree

@Suite struct ExplicitTreeTests {
    private static let names = ["n1", "n2", "n3", "n4", "m7", "alice@x:2222", "fe80::1"]

    private static func tree(_ text: String) throws(TreeError) -> ExplicitTree {
        try ExplicitTree(text, names: names)
    }

    @Test func aFileMayComeInAnyOrderWithCommentsAndBlankLines() throws {
        let text = """
            # two racks
            m7: alice@x:2222   # no lines for leaves

              controller: m7 n2\r
            n2: n[3-4],n1
            fe80::1:
            alice@x:2222:\tfe80::1
            """
        let tree = try Self.tree(text)
        // Breadth first, siblings as they were written: m7, n2; x, n3, n4, n1; fe80::1.
        #expect((1...7).map { tree.host(at: $0) } == [4, 1, 5, 2, 3, 0, 6])
        #expect((0..<7).map { tree.position(ofHost: $0) } == [6, 2, 4, 5, 1, 3, 7])
        let layout = TreeShape.explicit(tree).layout(count: 7)
        #expect((0...7).map { layout.parent(of: $0) } == [nil, 0, 0, 1, 2, 2, 2, 3])
        #expect(layout.depth == 3 && layout.fanout == 3 && layout.relayCount == 3 && layout.isExplicit)
        #expect(layout.host(at: 1) == 4 && layout.position(ofHost: 4) == 1)
        #expect(tree.host(at: 0) == nil && tree.host(at: 8) == nil && tree.host(at: .min) == nil)
        #expect(tree.position(ofHost: -1) == nil && tree.position(ofHost: 7) == nil)
        #expect(TreeShape.explicit(tree).description == "file")
    }

    @Test func aParentMayHaveSeveralLines() throws {
        let tree = try ExplicitTree("controller: n1\nn1: n2\ncontroller: n3\nn1: n4", names: ["n1", "n2", "n3", "n4"])
        #expect((1...4).map { tree.host(at: $0) } == [0, 2, 1, 3])
    }

    @Test func noHostsAreATreeToo() throws {
        #expect(try ExplicitTree("", names: []).count == 0)
        #expect(try ExplicitTree("# nobody\ncontroller:\n", names: []).count == 0)
        #expect(TreeShape.explicit(try ExplicitTree("", names: [])).layout(count: 0).depth == 0)
    }

    /// Any tree is the same tree after it was written down in some order.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func everyTreeIsReadBackAsItWasWritten(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for count in [1, 2, 3, 10, 50, 200] {
            let names = (0..<count).map { "h\($0)" }
            let shuffled = names.indices.shuffled(using: &generator)
            var parents = [Int?](repeating: nil, count: count)
            for (place, host) in shuffled.enumerated() {
                let choice = Int.random(in: -1..<max(1, place), using: &generator)
                parents[host] = place == 0 || choice < 0 ? nil : shuffled[choice]
            }
            var lines = names.indices.map { host in
                "\(parents[host].map { names[$0] } ?? "controller"): \(names[host])"
            }
            lines.shuffle(using: &generator)
            let tree = try ExplicitTree(lines.joined(separator: "\n"), names: names)
            let layout = TreeShape.explicit(tree).layout(count: count)
            for host in names.indices {
                let position = try #require(layout.position(ofHost: host))
                let parent = try #require(layout.parent(of: position))
                #expect(layout.host(at: parent) == parents[host], "seed \(seed), \(count) hosts")
            }
        }
    }

    @Test(arguments: [
        ("controller n1", 1, "'controller n1' is not 'PARENT: CHILDREN', as in 'n1: n[2-5],m7'"),
        ("\n\nn1 : n2", 3, "'n1 : n2' is not 'PARENT: CHILDREN'"), (":", 1, "':' is not"), (": n1", 1, "': n1' is not"),
        ("controller:n1", 1, "'controller:n1' is not"), ("controller: n[1-", 1, "among the children, character"),
        ("controller: n1,,n2", 1, "among the children"), ("controller: n[1-4]\n\u{7}:", 2, "? is not among the hosts"),
        ("n[1-2]: n3", 1, "n[1-2] is not among the hosts; those are"),
        ("controller: n9", 1, "n9 is not among the hosts"),
        ("x: n9", 1, "x is not among the hosts"),
        ("n1: controller", 1, "controller is the root and can be nobody's child"),
        ("n1: n[1-3]", 1, "n1 cannot be its own child"),
        ("controller: n1\nn2: n1", 2, "n1 has a parent already: controller, in line 1"),
        ("n1: n2\n\nn3: n2", 3, "n2 has a parent already: n1, in line 1"),
        ("controller: N1", 1, "N1 is not among the hosts"), ("controller: n01", 1, "n01 is not among the hosts"),
        ("controller: n[1-2000000]", 1, "more than"),
    ])
    func aLineThatIsWrongIsNamed(text: String, line: Int, complaint: String) {
        let error = #expect(throws: TreeError.self) { try Self.tree(text) }
        #expect(error?.line == line, "\(error?.description ?? "")")
        #expect(error?.message.contains(complaint) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("", "no line gives a parent to"), ("controller: n1 n2", "no line gives a parent to"),
        ("n1: n2\nn2: n[3-4],n1,m7,alice@x:2222,fe80::1", "no line begins with 'controller:'"),
    ])
    func aFileThatIsNoTreeSaysWhatIsMissing(text: String, complaint: String) {
        let error = #expect(throws: TreeError.self) { try Self.tree(text) }
        #expect(error?.code == .structure && error?.line == 0)
        #expect(error?.message.contains(complaint) == true, "\(error?.description ?? "")")
    }

    @Test func missingHostsAreFolded() {
        let names = (1...2_000).map { "n\($0)" }
        let error = #expect(throws: TreeError.self) { try ExplicitTree("controller: n[1-10]", names: names) }
        #expect(error?.message == "no line gives a parent to n[11-2000]: every host needs one")
    }

    @Test(arguments: [
        ("controller: n4\nn1: n2\nn2: n3\nn3: n1", 4, "n1 > n2 > n3 > n1"),
        ("n2: n1\nn1: n2\ncontroller: n[3-4]", 1, "n1 > n2 > n1"),
        ("controller: n3\nn1: n[2,4]\nn2: n1", 3, "n1 > n2 > n1"),
    ])
    func aCircleIsShownFromParentToChild(text: String, line: Int, circle: String) {
        let error = #expect(throws: TreeError.self) { try ExplicitTree(text, names: ["n1", "n2", "n3", "n4"]) }
        #expect(error?.line == line && error?.code == .structure)
        #expect(
            error?.message.hasSuffix("never reaches the controller: \(circle)") == true, "\(error?.description ?? "")")
    }

    @Test func aHostThatIsCalledControllerCannotBeInAFile() {
        let error = #expect(throws: TreeError.self) { try ExplicitTree("controller: n1", names: ["n1", "controller"]) }
        #expect(error?.message == "no line gives a parent to controller: every host needs one")
    }

    @Test func aHundredThousandHostsAreRead() throws {
        let names = (0..<100_000).map { "n\($0)" }
        let tree = try ExplicitTree("controller: n0\nn0: n[1-99999]", names: names)
        #expect(TreeShape.explicit(tree).layout(count: 100_000).children(of: 1).count == 99_999)
    }
}
