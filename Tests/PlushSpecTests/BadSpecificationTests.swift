import PlushSpec
import Testing

@Suite struct BadSpecificationTests {
    @Test(arguments: badChanges)
    func aFaultIsFoundWithItsLine(change: BadChange) throws {
        let found = faults(change.text)
        #expect(found.count == 1, "\(found.map(\.description))")
        let fault = try #require(found.first)
        #expect(fault.line == change.line)
        #expect(fault.element == change.element)
        #expect(fault.code == change.code)
        #expect(fault.message.contains(change.telling), "\(fault.message)")
        #expect(fault.description.hasPrefix("app.xml:\(change.line): <\(change.element)>: "))
        // The document with the fault taken out is sound again: it was this fault and no other.
        #expect(faults(fullText).isEmpty)
    }

    @Test(arguments: badChanges)
    func theSchemaAgreesWhereItCan(change: BadChange) {
        #expect(schemaAccepts(change.text) == !change.schemaSees)
    }

    @Test func allFaultsAreReportedSortedByLine() {
        let text = fullText.replacing("<num_hosts>50", with: "<num_hosts>many")
            .replacing("\"ssh\"", with: "\"a b\"").replacing("type=\"tgz\"", with: "type=\"zip\"")
            .replacing("<configuration name=\"main\"/>", with: "<configuration name=\"mein\"/>")
        let found = faults(text)
        #expect(found.map(\.line) == [3, 13, 26, 29])
        #expect(found.map(\.code) == [.value, .value, .value, .undefined])
    }

    @Test func atMostFiftyFaultsAreShownAndTheRestCounted() {
        let text = shortText(process: String(repeating: "<x/>\n", count: 60))
        do {
            _ = try SpecificationParser.parse(text, fileName: "app.xml")
            Issue.record("it parsed")
        } catch {
            #expect(error.faults.count == SpecificationLimits.faultsMax)
            #expect(error.omittedCount == 10)
            let lines = error.description.split(separator: "\n")
            #expect(lines.count == SpecificationLimits.faultsMax + 1)
            #expect(lines.allSatisfy { $0.hasPrefix("app.xml:") })
            #expect(lines.last?.contains("10 more faults") == true)
        }
    }

    @Test func theLineIsWhereTheTagBegins() {
        let text = fullText.replacing("<resource type=\"ssh\" group", with: "<resource\n\ntype=\"s h\"\ngroup")
        #expect(faults(text).map(\.line) == [26])
    }

    @Test func linesBeyondSixteenBitsAreExact() {
        let padding = String(repeating: "\n", count: 100_000)
        let found = faults(fullText.replacing("<cwd>run</cwd>", with: padding + "<cwd>/</cwd>\n<y/>"))
        #expect(found.map(\.line) == [100_019, 100_020])
    }

    @Test func aNameIsNeededWhereThereAreSeveral() {
        let twice = "<process><path>a</path></process><process name=\"b\"><path>b</path></process>"
        let text = """
            <plush><project><configuration><cluster><rspec><num_hosts>1</num_hosts></rspec>
            <execution>\(twice)</execution></cluster></configuration></project></plush>
            """
        let found = faults(text)
        #expect(found.map(\.code) == [.missing])
        #expect(found.first?.description.hasPrefix("app.xml:2: <process>: the attribute \"name\" is missing") == true)
        #expect(faults(text.replacing("<process><path>a", with: "<process name=\"a\"><path>a")).isEmpty)
    }

    @Test func twoPlainFilesOfOneNameCannotGoToOneCluster() {
        let text = fullText.replacing("type=\"tgz\"", with: "type=\"none\"")
            .replacing("\"tools.tgz\"", with: "\"data.txt\"")
        let found = faults(text)
        #expect(found.map(\.line) == [12])
        #expect(found.first?.message.contains("also in the software \"tools\"") == true)
        #expect(faults(text.replacing("<software name=\"data\"/>", with: "")).isEmpty)
    }

    @Test func projectsNeedDifferentNames() {
        let inner = shortText().replacing("<plush>", with: "").replacing("</plush>", with: "")
        let named = inner.replacing("<project>", with: "<project name=\"p\">")
        let found = faults("<plush>\(named)\n\(named)</plush>")
        #expect(found.map(\.code) == [.duplicate])
        #expect(found.map(\.line) == [5])
        let other = named.replacing("\"p\"", with: "\"q\"")
        #expect(faults("<plush>\(named)\n\(other)</plush>").isEmpty)
    }

    @Test func aNamespaceIsRefusedOnceAtTheRoot() {
        let found = faults(fullText.replacing("<plush>", with: "<plush xmlns=\"urn:x\">"))
        #expect(found.count == 1)
        #expect(found.first?.line == 1)
        #expect(found.first?.message.contains("\"urn:x\"") == true)
    }

    @Test func anotherRootIsRefused() {
        let found = faults("<html><body/></html>")
        #expect(found.map(\.description).first?.hasPrefix("app.xml:1: <html>: ") == true)
        #expect(found.first?.message.contains("<plush>") == true)
    }

    @Test func aSecondReasonIsNotInventedForAMisspeltElement() {
        let found = faults(fullText.replacing("num_hosts>", with: "numhosts>"))
        #expect(found.map(\.code) == [.unknownElement])
        #expect(found.first?.message.contains("did you mean <num_hosts>?") == true)
    }
}
