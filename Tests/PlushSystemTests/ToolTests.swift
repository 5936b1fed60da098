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
            #expect(names == ["hello", "files", "barriers", "paper-figure-3"])
            for name in names {
                try place.write(try await place.plush("init", name).end().output, to: "\(name).xml")
                let end = try await place.plush("validate", "\(name).xml").end()
                #expect(end.code == 0, "\(end.errorText)")
                #expect(end.text.contains("valid"))
            }
        }

        @Test func aTreeOfNamedHostsIsDrawnWithTheirNames() async throws {
            let place = try Place()
            try place.write("n001 slots=2\nm8 # a spare\n", to: "hosts")
            let end = try await place.plush(
                "tree", "-w", "n[001-004],me@m7:2222", "--hostfile", "hosts", "-x", "n002,x9", "--fanout", "9"
            ).end()
            #expect(end.code == 0)
            #expect(end.text.contains("5 hosts"))
            #expect(end.text.contains("m8,m7:2222,n[001,003-004]"), "\(end.text)")
            #expect(end.errorText == "plush: warning: -x: not among the hosts, so not taken away: x9\n")
        }

        @Test func aTreeOfAFileIsDrawnByTheNamesInIt() async throws {
            let place = try Place()
            try place.write("controller: n4\nn4: n[1-2]\nn2: n3\n", to: "tree")
            let end = try await place.plush("tree", "-w", "n[1-4]", "--tree", "file:tree").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(
                end.lines == [
                    "4 hosts, file: depth 3, fan-out at most 2, 2 relays, 1 links at the controller",
                    "controller (relays for 4)", "└─ n4 (relays for 3)", "   ├─ n2 (relays for 1)", "   │  └─ n3",
                    "   └─ n1",
                ])
            let json = try await place.plush("tree", "-w", "n[1-4]", "--tree", "file:tree", "--format", "json").end()
            #expect(json.text.contains(#"{"host":"n3","rank":2,"parent":"n2","depth":3,"relaysFor":0}"#))
            try place.write("controller: n4\nn4: n[1-2]\nn2: n[3,5]\n", to: "tree")
            let bad = try await place.plush("tree", "-w", "n[1-4]", "--tree", "file:tree").end()
            #expect(bad.code == 2 && bad.text == "")
            #expect(bad.errorText.hasPrefix("plush: tree:3: n5 is not among the hosts"), "\(bad.errorText)")
        }

        @Test func aTreeThatWasWorkedOutSaysWhy() async throws {
            let place = try Place()
            let end = try await place.plush("tree", "--local", "1000", "--tree", "auto:20ms,200us").end()
            #expect(end.code == 0)
            #expect(end.errorText.hasPrefix("plush: tree: kary:32: k(ln k - 1) = L/g with L 20ms (given)"))
            #expect(end.lines.first?.hasPrefix("1000 hosts, kary:32: depth 2") == true)
            let postal = try await place.plush("tree", "-w", "n[1-20]", "--tree", "postal").end()
            #expect(postal.errorText.contains("L assumed, g assumed"))
            let binomial = try await place.plush("tree", "--local", "7", "--tree", "binomial").end()
            #expect(binomial.errorText == "")
            #expect(binomial.text.contains("depth 3, fan-out at most 3, 3 relays, 3 links"))
        }

        @Test(arguments: [
            (["tree", "-w", "n1", "--tree", "file:nowhere"], "plush: nowhere: there is no such file"),
            (["tree", "-w", "n1", "--tree", "postal:5,1us"], "--tree L = '5' is no time"),
            (["tree", "-w", "n1", "--tree", "auto:1ms,0"], "--tree g = '0' is out of range"),
            (["tree"], "no hosts were given: use -w"), (["tree", "-w", "n[3-1]"], "-w: character 3"),
            (["tree", "-w", "n1", "--local", "2"], "exclude each other"), (["tree", "--local", "2", "-x", "n1"], "-x"),
            (["tree", "--hostfile", "nowhere"], "nowhere: there is no such file"),
            (["tree", "-w", "n[1-2]", "-x", "n[1-2]"], "no hosts are left"),
            (["exec", "-w", "n1", "--launch-window", "4097", "--", "true"], "--launch-window takes 1 to 4096"),
            (["exec", "-w", "n1", "--host-key", "no", "--", "true"], "accept-new"),
            (["exec", "-w", "n1", "--identity", "nowhere", "--", "true"], "private key"),
            (["exec", "-w", "n1", "-F", "nowhere", "--", "true"], "configuration of ssh"),
            (["exec", "-w", "n1", "-l", "a b", "--", "true"], "name of a user"),
            (["exec", "-w", "n1"], "no command was given"),
        ])
        func hostsThatMeanNothingAreAUsageError(arguments: [String], telling: String) async throws {
            let place = try Place()
            let end = try await place.start([Binaries.plush()] + arguments).end()
            #expect(end.code == 2)
            #expect(end.errorText.contains(telling), "\(end.errorText)")
            #expect(end.text == "")
            #expect(place.names(in: "tmp") == [])
        }

        @Test func aDirectoryFileIsValidatedAndUsed() async throws {
            let place = try Place()
            let text = "<directory><group name=\"lab\"><hosts>n[1-3]</hosts></group></directory>"
            try place.write(text, to: "d.xml")
            let end = try await place.plush("validate", "d.xml").end()
            #expect(end.code == 0)
            #expect(end.text == "d.xml: group lab: type ssh; 3 hosts: valid\n")
            try place.write("<directory>\n<group name=\"lab\"/></directory>", to: "d.xml")
            let bad = try await place.plush("validate", "d.xml").end()
            #expect(bad.code == 2)
            #expect(bad.errorText.hasPrefix("d.xml:2: <group>: <hosts> is missing"))
            try place.write(try await place.plush("init", "paper-figure-3").end().output, to: "app.xml")
            let none = try await place.plush("run", "app.xml", "--directory", "none.xml").end()
            #expect(none.code == 2)
            #expect(none.errorText.contains("there is no none.xml; write one such as this:\n<directory>\n"))
            let without = try await place.plush("run", "app.xml", "--directory", "d.xml").end()
            #expect(without.code == 2)
            #expect(without.errorText.hasPrefix("d.xml:2: <group>: "))
        }

        @Test(arguments: ["--schema", "--directory-schema"])
        func theSchemaIsXML(option: String) async throws {
            let place = try Place()
            let end = try await place.plush("validate", option).end()
            #expect(end.code == 0)
            #expect(end.text.contains("<grammar"))
        }
    }
}
