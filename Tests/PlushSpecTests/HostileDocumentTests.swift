import Foundation
import PlushSpec
import Testing

/// Documents made to break a parser, and those broken by accident.
@Suite struct HostileDocumentTests {
    @Test(arguments: [
        "<!DOCTYPE plush>\n<plush/>",
        "<!DOCTYPE plush SYSTEM \"http://127.0.0.1:9/plush.dtd\">\n<plush/>",
        "<!DOCTYPE plush [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<plush>&x;</plush>",
        """
        <!DOCTYPE plush [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><plush>&d;</plush>
        """,
    ])
    func aDocumentTypeIsRefused(text: String) {
        let found = faults("\n" + text)
        #expect(found.map(\.code) == [.documentType])
        #expect(found.first?.description.hasPrefix("app.xml:2: found <!DOCTYPE") == true)
    }

    @Test func nestingIsBounded() {
        let levels = SpecificationLimits.depthMax
        func nested(_ count: Int) -> String {
            "<plush>" + String(repeating: "\n<a>", count: count - 1) + String(repeating: "</a>", count: count - 1)
                + "</plush>"
        }
        #expect(faults(nested(levels)).map(\.code) == [.missing, .unknownElement])
        #expect(faults(nested(levels + 1)).map(\.code) == [.limit])
        #expect(faults(nested(levels + 1)).map(\.line) == [levels + 1])
        let endless = String(repeating: "<a>", count: 300_000)
        #expect(faults(endless).map(\.code) == [.limit])
    }

    @Test func elementsAndAttributesAreBounded() {
        let many = "<plush>" + String(repeating: "<a/>", count: SpecificationLimits.elementsMax) + "</plush>"
        #expect(faults(many).map(\.code) == [.limit])
        let attributes = (0...SpecificationLimits.attributesMax).map { "a\($0)=\"\"" }.joined(separator: " ")
        #expect(faults("<plush \(attributes)/>").map(\.code) == [.limit])
    }

    @Test func manyUndefinedNamesEndSoon() {
        let long = String(repeating: "n", count: 90)
        let package = "<package name=\"p\" type=\"file\"><path>p</path></package>"
        let software = (0..<2_000).map { "<software name=\"\(long)\($0)\" type=\"none\">\(package)</software>" }
        let references = (0..<2_000).map { "<software name=\"\(long)x\($0)\"/>" }
        let text = shortText(cluster: references.joined())
            .replacing("<project>", with: "<project>" + software.joined())
        let found = faults(text)
        #expect(found.count == SpecificationLimits.faultsMax)
        #expect(found.allSatisfy { $0.code == .undefined })
    }

    @Test func aHugeFileIsRefusedUnread() {
        let comment = String(repeating: "x", count: SpecificationLimits.fileBytesMax)
        #expect(faults("<!--\(comment)-->" + fullText).map(\.code) == [.limit])
        let size = SpecificationLimits.fileBytesMax - fullText.utf8.count - 7
        #expect(faults("<!--\(String(repeating: "x", count: size))-->" + fullText).isEmpty)
    }

    @Test func bytesThatAreNotTextAreRefusedWithTheirLine() {
        let prefix = Array("<plush>\n<project>\n".utf8)
        for bad: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let found = faults(prefix + bad + Array("\n</project></plush>".utf8))
            #expect(found.map(\.line) == [3])
            #expect(found.first?.message.contains("not UTF-8") == true)
        }
        #expect(faults(prefix + [0]).first?.description.hasPrefix("app.xml:3: found a zero byte") == true)
        #expect(faults([0xFF, 0xFE] + Array("<\0p\0".utf8)).first?.message.contains("not UTF-8") == true)
        #expect(faults(prefix + [1]).first?.code == .malformed)
    }

    @Test(arguments: [
        ("", 1, "the file is empty"), (" \n\n", 1, "only blanks"), ("hello\n", 1, "this is not XML"),
        ("{\"plush\": 1}", 1, "this is not XML"), ("<plush/>\n<plush/>", 2, "stands inside <plush>"),
        ("<plush>\n<project>\n</plush>", 3, "<project>: opened on line 2, but found </plush>"),
        ("<plush>\n<project>\n", 3, "the file ends before </project>"),
        ("<plush>\n<project a=\"1\" a=\"2\"/></plush>", 2, "the attribute \"a\" comes twice"),
        ("<plush>\n&nbsp;</plush>", 2, "&amp; &lt;"), ("<plush>\na && b</plush>", 2, "write &amp; for &"),
        ("<plush>\na < b</plush>", 2, "&lt; for <"), ("<plush>\n<x:project/></plush>", 2, "prefix"),
        ("<plush", 1, "not well-formed"), ("<plush><![CDATA[", 1, "not well-formed"), ("<!-- ", 1, "not well-formed"),
    ])
    func whatIsNotWellFormedIsExplained(text: String, line: Int, telling: String) {
        let found = faults(text)
        #expect(found.count == 1)
        #expect(found.first?.line == line, "\(found)")
        #expect(found.first?.description.contains(telling) == true, "\(found)")
    }

    @Test func everyTruncationIsRefused() {
        let bytes = Array(fullText.utf8)
        let end = fullText.trimmingCharacters(in: .whitespacesAndNewlines).utf8.count
        for length in 0..<end {
            let found = faults(Array(bytes.prefix(length)))
            #expect(found.count == 1, "cut at byte \(length)")
            #expect(found.first?.description.hasPrefix("app.xml:") == true)
        }
        #expect(faults(Array(bytes.prefix(end))).isEmpty)
    }

    @Test func nothingIsPrinted() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            _ = faults("<plush>\n&nope; <<")
            _ = faults("<plush><x:project/></plush>")
            _ = faults("<!DOCTYPE plush SYSTEM \"http://127.0.0.1:9/x\"><plush/>")
            _ = schemaAccepts("<plush><nope/></plush>")
            _ = schemaAccepts(fullText)
        }
        let printed = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(printed == "")
    }
}
