import PlushTree
import Testing

/// Groups and wildcards in node sets.
@Suite struct NodeSetGroupsTests {
    private static let local = [
        "gpu": "n[1-3],m1", "io": "n[3-4]", "both": "@gpu,@io", "empty": "", "rack1": "n1", "rack2": "n2",
    ]
    private static let other = ["gpu": "x[1-2]", "nested": "@gpu,x9"]

    private static let groups = NodeSet.Groups { (query) throws(NodeSet.Groups.Fault) -> String in
        switch query {
        case .members(let group, let source):
            guard let text = (source == "other" ? other : local)[group] else {
                throw NodeSet.Groups.Fault("there is no group \(group)")
            }
            return text
        case .all(let source): return source == "other" ? "x[1-9]" : "n[1-12],m[1-2],login"
        case .names(let source): return (source == "other" ? other : local).keys.sorted().joined(separator: ",")
        }
    }

    @Test(arguments: [
        ("@gpu", ["n1", "n2", "n3", "m1"]), ("@both", ["n1", "n2", "n3", "m1", "n4"]),
        ("@gpu!@io", ["n1", "n2", "m1"]),
        ("@gpu&@io", ["n3"]), ("@gpu^@io", ["n1", "n2", "m1", "n4"]), ("@empty,a", ["a"]),
        ("a,@io", ["a", "n3", "n4"]),
        ("@rack[1-2]", ["n1", "n2"]), ("@other:gpu", ["x1", "x2"]), ("@other:*!x[2-9]", ["x1"]),
        // A group within a group is of the same source.
        ("@other:nested", ["x1", "x2", "x9"]), ("@@other", ["gpu", "nested"]), ("@*&m[1-9]", ["m1", "m2"]),
        ("n*", (1...12).map { "n\($0)" }), ("n?", (1...9).map { "n\($0)" }), ("*1", ["n1", "n11", "m1"]),
        ("l*n", ["login"]),
        ("n[1-2]?", ["n10", "n11", "n12"]), ("zz*", []), ("n*!n[2-12]", ["n1"]), ("me@n1", ["me@n1"]),
    ])
    func groupsStandForTheirHosts(text: String, names: [String]) throws {
        #expect(try NodeSet.expand(text, groups: Self.groups) == names)
    }

    @Test(arguments: [
        ("a,@nothing", 3, "there is no group nothing"), ("@", 1, "name of a group is missing"),
        ("@other:", 1, "name of a group is missing"), ("@:gpu", 1, "name of a group is missing"),
    ])
    func aGroupThatIsNotThereIsNamedWithItsPlace(text: String, position: Int, telling: String) {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text, groups: Self.groups) }
        #expect(error?.code == .group)
        #expect(error?.position == position)
        #expect(error?.message.contains(telling) == true, "\(String(describing: error))")
    }

    @Test func withoutGroupsAnyUseOfOneIsRefused() {
        for text in ["@gpu", "n*", "a,@*"] {
            let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text) }
            #expect(error?.code == .group)
        }
    }

    @Test func groupsThatHoldThemselvesAreRefused() {
        for text in ["@a", "@*", "n*"] {
            let groups = NodeSet.Groups { (query) throws(NodeSet.Groups.Fault) -> String in
                query == .members(group: "a", source: nil) ? "n1,@b" : query == .all(source: nil) ? "@*" : "@a"
            }
            let error = #expect(throws: NodeSetError.self) { try NodeSet.expand(text, groups: groups) }
            #expect(error?.message.contains("within itself") == true, "\(String(describing: error))")
        }
        // Not in itself, but without an end.
        let deep = NodeSet.Groups { (query) throws(NodeSet.Groups.Fault) -> String in
            guard case .members(let group, _) = query else { return "" }
            return "@\(group)x"
        }
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand("@x", groups: deep) }
        #expect(error?.message.contains("more than 16 groups") == true)
    }

    @Test func namesOfGroupsCountAsNames() {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand("@gpu", groups: Self.groups, limit: 4) }
        #expect(error?.message.contains("more than 4 names") == true)
    }

    @Test func whatIsWrongInAGroupSaysWhichOne() {
        let groups = NodeSet.Groups { (_) throws(NodeSet.Groups.Fault) -> String in "n[3-1]" }
        let error = #expect(throws: NodeSetError.self) { try NodeSet.expand("m7,@lab", groups: groups) }
        #expect(error?.position == 4)
        #expect(
            error?.message
                == "the hosts of @lab: character 3, in \"n[3-1]\": the range ends before it begins; write 1-3")
    }

    @Test func aMaskOfManyStarsEndsSoon() throws {
        let groups = NodeSet.Groups { (_) throws(NodeSet.Groups.Fault) -> String in String(repeating: "a", count: 200) }
        #expect(try NodeSet.expand(String(repeating: "*a", count: 100) + "b", groups: groups) == [])
    }
}
