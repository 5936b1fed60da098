import Foundation
import PlushTree
import Testing

@testable import PlushSpec

/// Directory files: XML to groups of hosts.
@Suite struct DirectoryTests {
    private let text = """
        <directory>
          <group name="ucsd_3" type="plab" port="22">
            <hosts>planetlab[1-3].ucsd.edu, m7</hosts>
            <hosts>
              n1:2222
              m7 root@m7
            </hosts>
          </group>
          <group name="lab"> <hosts>n[001-100]</hosts> </group>
          <group name="two words" type="plab" user="me"> <hosts>::1</hosts> </group>
        </directory>

        """

    private func faults(_ text: String) -> [SpecificationFault] {
        do {
            _ = try HostDirectoryParser.parse(text, fileName: "dir.xml")
            return []
        } catch {
            return error.faults
        }
    }

    private func group(_ attributes: String = "", hosts: String = "n1") -> String {
        "<directory>\n<group name=\"lab\" \(attributes)><hosts>\(hosts)</hosts></group></directory>"
    }

    @Test func groupsHaveHostsInOrderAndEachOnce() throws {
        let directory = try HostDirectoryParser.parse(text, fileName: "dir.xml")
        #expect(directory.groups.map(\.name) == ["ucsd_3", "lab", "two words"])
        let slice = directory.groups[0]
        #expect(slice.type == .plab)
        #expect(slice.port == 22)
        #expect(slice.line == 2)
        #expect(
            slice.hosts.map(\.host)
                == ["planetlab1.ucsd.edu", "planetlab2.ucsd.edu", "planetlab3.ucsd.edu", "m7", "n1", "m7"])
        #expect(slice.hosts[4].port == 2222)
        #expect(slice.hosts[5].user == "root")
        #expect(directory.group(named: "lab")?.hosts.count == 100)
        #expect(directory.group(named: "lab")?.hosts.last?.host == "n100")
        #expect(directory.group(named: "other") == nil)
    }

    @Test func theTypeIsSshAndASliceIsItsOwnUser() throws {
        let directory = try HostDirectoryParser.parse(text, fileName: "dir.xml")
        #expect(directory.groups.map(\.type) == [.plab, .ssh, .plab])
        #expect(directory.groups.map(\.user) == ["ucsd_3", nil, "me"])
        #expect(directory.groups.map(\.port) == [22, nil, nil])
        #expect(directory.groups(of: .plab).map(\.name) == ["ucsd_3", "two words"])
    }

    @Test func theExampleOfMessagesIsValid() throws {
        let directory = try HostDirectoryParser.parse(HostDirectoryParser.example, fileName: "dir.xml")
        #expect(directory.groups.map(\.user) == ["me", "ucsd_3"])
        #expect(HostDirectoryParser.example.split(separator: "\n").count == 4)
    }

    @Test func theDocumentOfTheArticleIsValid() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(
            contentsOf: root.appending(path: "Sources/PlushSpec/PlushSpec.docc/DirectoryFiles.md"), encoding: .utf8)
        let blocks = article.components(separatedBy: "```xml\n").dropFirst()
        #expect(blocks.count == 1)
        for block in blocks { #expect(faults(block.components(separatedBy: "```")[0]) == []) }
    }

    @Test(arguments: [
        ("port=\"0\"", "n1", "port"), ("port=\"65536\"", "n1", "port"), ("port=\"022\"", "n1", "port"),
        ("type=\"shh\"", "n1", "did you mean \"ssh\"?"), ("type=\"local\"", "n1", "write \"ssh\" or \"plab\""),
        ("user=\"\"", "n1", "name of a user"), ("user=\"-l\"", "n1", "name of a user"),
        ("usr=\"me\"", "n1", "did you mean \"user\"?"), ("", "n[3-1]", "write 1-3"), ("", " ", "found no text"),
        ("", "@rack", "groups of hosts cannot be used here"), ("", "a,,b", "missing before the comma"),
        ("", "a:b", "is no port"),
        ("", "-oProxyCommand=x", "may not begin with -"), ("", "n[1-4000000000]", "smaller range"),
    ])
    func whatIsWrongInAGroupIsToldWithItsLine(attributes: String, hosts: String, telling: String) {
        let found = faults(group(attributes, hosts: hosts))
        #expect(found.count == 1)
        #expect(found.first?.description.hasPrefix("dir.xml:2: <") == true, "\(found)")
        #expect(found.first?.message.contains(telling) == true, "\(found)")
    }

    @Test(arguments: [
        ("<directory/>", "<group> is missing"), ("<plush/>", "this is a specification"),
        ("<directories/>", "a directory file is <directory>"),
        ("<directory><group/></directory>", "\"name\" is missing"),
        ("<directory><group name=\"a\"/></directory>", "<hosts> is missing"),
        ("<directory><hosts>n1</hosts></directory>", "belongs in <group>"),
        ("<directory><group name=\" a\"><hosts>n</hosts></group></directory>", "without blanks around it"),
        ("<directory><group name=\"a b\" type=\"plab\"><hosts>n1 n2</hosts><host/></group></directory>", "<hosts>"),
        ("<directory xmlns=\"urn:x\"><group name=\"a\"><hosts>n</hosts></group></directory>", "remove the attribute"),
        ("<directory><project/></directory>", "known: <group>"), ("", "the file is empty; write <directory>"),
        ("<!DOCTYPE directory><directory/>", "a directory file has no document type"),
        ("hello", "a directory file begins with <directory>"), ("<directory>", "is the file cut off?"),
    ])
    func whatIsWrongWithTheFileIsTold(text: String, telling: String) {
        let found = faults(text)
        #expect(found.contains { $0.message.contains(telling) }, "\(found)")
        #expect(found.allSatisfy { $0.file == "dir.xml" && $0.line == 1 })
    }

    @Test func aNameOfAGroupIsUnique() {
        let found = faults(
            "<directory>\n<group name=\"a\"><hosts>n</hosts></group>\n<group name=\"a\"><hosts>m</hosts></group>\n"
                + "</directory>")
        #expect(found.map(\.code) == [.duplicate])
        #expect(found.map(\.line) == [3])
    }

    @Test func theHostsOfAllGroupsAreBounded() {
        let many = [9, 1_048_568, 1].map { "<group name=\"g\($0)\"><hosts>n[1-\($0)]</hosts></group>" }
            .joined(separator: "\n")
        let found = faults("<directory>\(many)</directory>")
        #expect(found.map(\.code) == [.limit])
        #expect(found.map(\.line) == [2])
        #expect(found.first?.message.contains("more than 1048567 names") == true)
    }

    @Test func theSchemaAgreesWithTheWalk() throws {
        func accepts(_ text: String) -> Bool? {
            guard let document = try? MarkupDocument(parsing: Array(text.utf8), file: "dir.xml", language: .directory)
            else { return nil }
            return (try? SchemaGate.check(document, file: "dir.xml", language: .directory)) != nil
        }
        #expect(accepts(text) == true)
        #expect(accepts(group("type=\"plab\" user=\"me\" port=\"65535\"")) == true)
        for bad in [group("type=\"local\""), group("port=\"x\""), group("usr=\"me\""), "<directory/>", fullText] {
            #expect(accepts(bad) == false, "\(bad)")
        }
        #expect(schemaAccepts(text) == false)
    }

    @Test(arguments: [
        ("lob", "did you mean \"lab\"?"), ("something else", "it has \"lab\""),
    ])
    func aGroupThatIsNotThereGetsAHint(name: String, hint: String) throws {
        let directory = try HostDirectoryParser.parse(text, fileName: "dir.xml")
        #expect(directory.hint(for: name, of: .ssh) == hint)
        let empty = HostDirectory(groups: [])
        #expect(empty.hint(for: name, of: .plab) == "it has no group of type plab")
    }

    @Test func aFileIsToldApartByItsOutermostElement() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "plush-spec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func parse(_ text: String) throws -> MarkupFile {
            let path = directory.appending(path: "file.xml")
            try Data(text.utf8).write(to: path)
            return try MarkupFile.parse(path: path.path)
        }
        guard case .directory(let groups) = try parse(text) else {
            Issue.record("a directory is no directory")
            return
        }
        #expect(groups.groups.count == 3)
        // What a comment says decides nothing.
        guard case .directory = try parse("<!-- <plush> -->" + text), case .application = try parse(fullText) else {
            Issue.record("told apart by something else")
            return
        }
        let broken = #expect(throws: SpecificationError.self) { try parse("<directory>\n<group>\n") }
        #expect(broken?.faults.first?.message.contains("cut off") == true)
        let misspelt = #expect(throws: SpecificationError.self) { try parse("<directry/>") }
        #expect(misspelt?.faults.first?.message.contains("a specification is <plush>") == true)
    }
}
