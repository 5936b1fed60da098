import Foundation
import Testing

extension SystemTests {
    /// The commands that start nothing: `tree`, `validate`, `init`.
    @Suite struct ToolTests {
        @Test func aTreeIsDrawnInThreeFormats() async throws {
            let place = try Place()
            let text = try await place.plush("tree", "--local", "7", "--fanout", "2").end()
            #expect(text.code == 0)
            #expect(text.text.contains("controller (relays for 7)"))
            #expect(text.text.contains("local2 (relays for 1)"))
            #expect(text.text.contains("local[4-5]"))
            let dot = try await place.plush("tree", "--local", "7", "--fanout", "2", "--format", "dot").end()
            #expect(dot.text.hasPrefix("digraph"))
            #expect(dot.lines.filter { $0.contains("->") }.count == 7)
            let json = try await place.plush("tree", "--local", "7", "--fanout", "2", "--format", "json").end()
            let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
            #expect((object?["nodes"] as? [Any])?.count == 7)
            #expect(object?["depth"] as? Int == 3)
            #expect(place.names(in: "tmp") == [])
        }

        @Test func everyExampleIsListedAndValid() async throws {
            let place = try Place()
            let list = try await place.plush("init", "--list").end()
            let names = list.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(names == ["hello", "files", "paper-figure-3"])
            for name in names {
                try place.write(try await place.plush("init", name).end().output, to: "\(name).xml")
                let end = try await place.plush("validate", "\(name).xml").end()
                #expect(end.code == 0, "\(end.errorText)")
                #expect(end.text.contains("valid"))
            }
        }

        @Test func theSchemaIsXML() async throws {
            let place = try Place()
            let end = try await place.plush("validate", "--schema").end()
            #expect(end.code == 0)
            #expect(end.text.contains("<grammar"))
        }
    }
}
