import Foundation
import Testing

extension SystemTests {
    /// Overlays that stay up: `plush up`, `ls`, `status`, `tree`, `down`.
    @Suite struct OverlayLifeTests {
        @Test func anOverlayStandsServesTenCommandsAndLeavesNothing() async throws {
            let overlays = try OverlayPlace()
            let up = try await overlays.plush("up", "--local", "30", "--fanout", "3", "--name", "lab").end()
            #expect(up.code == 0, "\(up.errorText)")
            #expect(
                up.lines == [
                    "30 hosts, kary:3: depth 3, fan-out at most 3, 9 relays, 3 links at the controller",
                    "overlay lab is up: plush exec --on lab -- COMMAND, plush down lab",
                ])
            let agents = overlays.place.processes.filter(\.isAgent).count
            for number in 0..<10 {
                let end = try await overlays.plush("exec", "-b", "--", "echo $((PLUSH_RANK % 2)) \(number)").end()
                #expect(end.code == 0)
                #expect(
                    end.lines == [
                        "local[0,2,4,6,8,10,12,14,16,18,20,22,24,26,28]: 0 \(number)",
                        "local[1,3,5,7,9,11,13,15,17,19,21,23,25,27,29]: 1 \(number)",
                    ])
                #expect(end.errorText.hasPrefix("30 hosts: 30 ok in "))
            }
            #expect(overlays.place.processes.filter(\.isAgent).count == agents)
            let list = try await overlays.plush("ls").end()
            #expect(list.lines.count == 2)
            #expect(list.lines.last?.split(separator: " ").prefix(3) == ["lab", "30", "0"])
            try await overlays.down()
        }

        @Test func whatOthersCouldUseIsTheUsersAlone() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(2)
            let modes = try ["", "/lab", "/lab/socket", "/lab/controller", "/lab/log"].map { path in
                let attributes = try FileManager.default.attributesOfItem(atPath: overlays.state + path)
                return attributes[.posixPermissions] as? Int
            }
            #expect(modes == [0o700, 0o700, 0o600, 0o600, 0o600])
            // It has no terminal, and nothing else of whoever started it.
            let controller = try await overlays.controller()
            #expect(getsid(controller) == controller)
            let descriptors = (0...2).map {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(controller)/fd/\($0)")
            }
            #expect(descriptors == ["/dev/null", overlays.state + "/lab/log", overlays.state + "/lab/log"])
            try await overlays.down()
        }

        @Test func aStatusFoldsHostsByWhatTheyAre() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(20, options: ["--fanout", "4"])
            let status = try await overlays.plush("status").end()
            #expect(status.code == 0)
            #expect(status.text.contains("overlay lab: 20 of 20 hosts, kary:4, up for"))
            #expect(status.text.contains("depth 1: local[0-3]\n  depth 2: local[4-19]\n"))
            #expect(status.text.contains("relays: local[0-3]; fan-out at most 4"))
            let tree = try await overlays.plush("tree").end()
            #expect(
                tree.lines.first == "20 hosts, kary:4: depth 2, fan-out at most 4, 4 relays, 4 links at the controller")
            #expect(tree.lines.contains("│  └─ local[4-7]"))
            kill(try await overlays.place.agent("local2"), SIGKILL)
            var text = ""
            for _ in 0..<200 where !text.contains("lost") {
                let end = try await overlays.plush("status", "lab", "--json").end()
                text = end.text
                if text.contains("\"lost\":[]") { text = "" }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(text.contains(#""lost":[{"hosts":"#), "\(text)")
            #expect(try await overlays.plush("status").end().code == 3)
            try await overlays.down()
        }

        @Test func hostsThatFailLeaveAnOverlayOfTheOthersOrNone() async throws {
            let overlays = try OverlayPlace()
            let none = try await overlays.plush(
                "up", "--local", "3", "--agent", "/bin/true", "-t", "5s"
            ).end()
            #expect(none.code == 3)
            #expect(none.errorText.contains("local[0-2]: unreachable: "))
            #expect(none.errorText.contains("the overlay is not kept"))
            await overlays.expectNothingLeft()
        }

        @Test func anInterruptedLaunchLeavesNothing() async throws {
            let overlays = try OverlayPlace()
            // An agent that says nothing holds the launch; the same program is the janitor.
            let script = "#!/bin/sh\n[ \"$1\" != --janitor ] || exec \(try Binaries.agent()) \"$@\"\nexec sleep 977.1\n"
            let silent = try overlays.place.write(script, to: "silent", isExecutable: true)
            let program = try overlays.plush("up", "--local", "3", "--agent", silent)
            #expect(await overlays.place.waits(for: 3, ["sleep", "977.1"]))
            program.signal(SIGINT)
            #expect(try await program.end().code == 130)
            await overlays.expectNothingLeft()
        }

        @Test func severalOverlaysStandBesideEachOther() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3, name: "one")
            try await overlays.up(4, name: "two")
            let unsaid = try await overlays.plush("exec", "--", "true").end()
            #expect(unsaid.code == 2)
            #expect(unsaid.errorText == "plush: 2 overlays are up: one, two (say which, as in --on one)\n")
            for (name, count) in [("one", 3), ("two", 4)] {
                let end = try await overlays.plush("exec", "--on", name, "--", "true").end()
                #expect(end.errorText.hasPrefix("\(count) hosts: \(count) ok"))
            }
            let end = try await overlays.plush("down", "--all").end()
            #expect(end.code == 0)
            await overlays.expectNothingLeft()
        }

        @Test func aControllerThatIsAskedToEndDoesSo() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(5)
            let program = try overlays.plush("exec", "--", "sleep 977.2")
            #expect(await overlays.place.waits(for: 5, ["sleep", "977.2"]))
            kill(try await overlays.controller(), SIGTERM)
            let end = try await program.end()
            #expect(end.code == 130)
            #expect(end.errorText.contains("5 hosts: 0 ok, 5 failed, interrupted"), "\(end.errorText)")
            await overlays.expectNothingLeft()
        }
    }
}
