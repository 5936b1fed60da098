import Foundation
import PlushTree
import Testing

/// Our answers against those of ClusterShell, where it is installed.
@Suite(
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: NodeSetPeer.path),
        "ClusterShell's nodeset is not installed (apt-get install clustershell)"))
struct NodeSetPeerTests {
    @Test func theCommonSyntaxGivesTheSameNames() throws {
        let texts = [
            "m7", "n[1-3]", "n[001-003],m7", "n[099-101]", "n[99-101]", "n[0-3/2]", "n[001-100/30]", "n[1-10/3]",
            "n[7,1-2]", "r[1-2]n[1-2]", "n[1-2].x[3,5].org", "[1-3]", "10.0.0.[1-20]", "n[1-2]0", "n[1-12]00",
            "n5[001-002]", "n0[1-3]", "n[ 1 , 3 - 4 ]", "user@n[1-2]:2222", "fe80::1%lo", "::1", "1-3", "n[1-2,2-3]",
            "n01,n1", "n[01,1]", " a , b ", "\u{e9}[1-2]", "n%s[1-2]", "n[1-2]-[1-2]", "n[00]", "n[0-0]",
            "aa-X[01-04]Y07Z15-555-0804", "n[0009-0012]x,n[9-12]x",
        ]
        try compare(texts)
    }

    @Test(arguments: UInt64(1)...4)
    func randomSetsGiveTheSameNames(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try compare((0..<40).map { _ in Self.set(&random) })
    }

    @Test func whatClusterShellRefusesWeRefuse() throws {
        let texts = [
            "n[01-3]", "n[1-03]", "n[01-100]", "n[3-1]", "n[1-5/0]", "n[]", "n[1,]", "n[,1]", "n[1-]", "n[a-c]",
            "a,,b", ",a", "a,", "n[[1]]", "n1]", "n[1", "n[1/2]", "n[1--3]", "n[00-1]", ",",
        ]
        for (text, names) in zip(texts, try NodeSetPeer.expand(texts)) {
            #expect(names == nil, "\(text)")
            #expect(throws: NodeSetError.self, "\(text)") { try NodeSet.expand(text) }
        }
    }

    @Test(arguments: UInt64(1)...6)
    func randomExpressionsFoldToTheSameText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try compareFolded(
            (0..<40).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).reduce(Self.set(&random)) { text, _ in
                    text + (["!", "&", "^", ","].randomElement(using: &random) ?? ",") + Self.set(&random)
                }
            })
    }

    @Test(arguments: UInt64(1)...8)
    func randomNamesOfManyNumbersFoldToTheSameText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try compareFolded(
            (0..<8).map { round in
                (0..<(20 << (round % 4))).map { _ in Self.name(&random) }.joined(separator: ",")
            })
    }

    @Test func irregularNamesFoldToTheSameText() throws {
        var random = SplitMix64(seed: 11)
        try compareFolded([(0..<300).map { _ in IrregularNames.name(&random) }.joined(separator: ",")])
    }

    @Test func groupsAndWildcardsGiveTheSameNames() throws {
        let texts = [
            "@a", "@a,@b", "@a!@b", "@a&@b", "@a^@b", "@*", "@*!@a", "@local:a", "@local:*", "n*", "n?!@a", "*", "@c",
            "*[1-2]",
            "n[1-2]*", "@r[1-2]",
        ]
        try compareFolded(texts)
    }

    private func compare(_ texts: [String]) throws {
        for (text, theirs) in zip(texts, try NodeSetPeer.expand(texts)) {
            let theirs = try #require(theirs, "nodeset refuses \(text)")
            #expect(NodeSet.ordered(try NodeSet.expand(text)) == theirs, "\(text)")
        }
        try compareFolded(texts)
    }

    private func compareFolded(_ texts: [String]) throws {
        for (text, theirs) in zip(texts, try NodeSetPeer.fold(texts)) {
            let theirs = try #require(theirs, "nodeset refuses \(text)")
            let names = try NodeSet.expand(text, groups: NodeSetPeer.groups)
            #expect(NodeSet.fold(names) == theirs.folded, "\(text)")
            #expect(names.count == theirs.count, "\(text)")
        }
    }

    /// Few numbers at several places, so that much merges.
    private static func name(_ random: inout SplitMix64) -> String {
        let first = Int.random(in: 1...5, using: &random)
        let second = String(Int.random(in: 7...12, using: &random))
        let third = Int.random(in: 0...3, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: return "n\(first)-\(second)"
        case 1: return "n\(first)-\(second.count == 1 ? "0" + second : second)"
        case 2: return "r\(first)s\(second)t\(third)"
        default: return "r\(first)s8t\(third).x"
        }
    }

    private static func set(_ random: inout SplitMix64) -> String {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            let name = ["n", "rack-", "x.y", "a1b", ""].randomElement(using: &random) ?? "n"
            let second = Bool.random(using: &random) ? "-s" + bracket(&random) : ""
            return name + bracket(&random) + second + (["", ".org", ":22"].randomElement(using: &random) ?? "")
        }
        .joined(separator: ",")
    }

    private static func bracket(_ random: inout SplitMix64) -> String {
        let width = Int.random(in: 0...4, using: &random)
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let ranges = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let first = Int.random(in: 0...120, using: &random)
            var last = first + Int.random(in: 0...30, using: &random)
            // Padding to a width that one end exceeds is an error to both of us.
            if width > 1, padded(first).count != padded(last).count { last = first }
            let step = first < last && Bool.random(using: &random) ? "/\(Int.random(in: 1...7, using: &random))" : ""
            return first == last ? padded(first) : "\(padded(first))-\(padded(last))\(step)"
        }
        return "[\(ranges.joined(separator: ","))]"
    }
}

/// ClusterShell's `nodeset`, asked through its library: a process for each set would take a minute.
enum NodeSetPeer {
    static let path = "/usr/bin/nodeset"

    /// The same groups as the program's.
    static let groups = NodeSet.Groups { (query) throws(NodeSet.Groups.Fault) -> String in
        switch query {
        case .members(let group, _):
            return ["a": "n[1-3],m7", "b": "n[2-9]", "c": "@a,x1", "r1": "a1", "r2": "a2"][group] ?? ""
        case .all: return "n[1-12],m7,x1"
        case .names: return "a,b,c,r1,r2"
        }
    }

    private static let program = """
        import json, sys
        from ClusterShell.NodeSet import NodeSet, NodeSetException
        from ClusterShell.NodeUtils import GroupResolver, GroupSource
        groups = {"a": "n[1-3],m7", "b": "n[2-9]", "c": "@a,x1", "r1": "a1", "r2": "a2"}
        resolver = GroupResolver(GroupSource("local", groups, "n[1-12],m7,x1"))
        def answer(text):
            try: nodes = NodeSet(text, resolver=resolver)
            except NodeSetException: return None
            return {"names": list(nodes), "folded": str(nodes), "count": len(nodes)}
        json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
        """

    struct Answer: Decodable {
        let names: [String]
        let folded: String
        let count: Int
    }

    /// The names of each text; nil for those that it refuses.
    static func expand(_ texts: [String]) throws -> [[String]?] {
        try fold(texts).map { $0?.names }
    }

    /// What `nodeset -f`, `-e` and `-c` say of each text; nil for those that it refuses.
    static func fold(_ texts: [String]) throws -> [Answer?] {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", program]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(texts))
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONDecoder().decode([Answer?].self, from: answer)
    }
}
