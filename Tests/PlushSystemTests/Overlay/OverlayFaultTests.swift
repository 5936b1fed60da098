import Foundation
import Testing

extension SystemTests {
    /// Overlays that are not there, not any more, or somebody else's; controllers that are killed.
    @Suite struct OverlayFaultTests {
        @Test func withoutAnOverlayEveryCommandSaysWhatToDo() async throws {
            let overlays = try OverlayPlace()
            for words in [["status"], ["jobs"], ["logs", "1"], ["wait"], ["kill", "1"], ["down"]] {
                let end = try await overlays.place.start(
                    [Binaries.plush()] + words, environment: ["HOME": overlays.home]
                ).end()
                #expect(end.code == 2)
                #expect(end.errorText == "plush: no overlay is up (build one with plush up -w 'n[001-100]')\n")
            }
            let exec = try await overlays.plush("exec", "--", "true").end()
            #expect(exec.code == 2)
            #expect(exec.errorText.contains("or build an overlay that stays with plush up"))
            let list = try await overlays.plush("ls").end()
            #expect(list.code == 0)
            #expect(list.errorText.hasPrefix("no overlay is up"))
            #expect(overlays.remains == [])
        }

        @Test func aNameIsTakenOnceAndASlipIsSeen() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3)
            let again = try await overlays.plush("up", "--local", "2", "--name", "lab").end()
            #expect(again.code == 2)
            #expect(again.errorText.hasPrefix("plush: overlay lab is up already (use it with --on lab"))
            let slip = try await overlays.plush("exec", "--on", "lba", "--", "true").end()
            #expect(slip.code == 2)
            #expect(slip.errorText == "plush: there is no overlay lba (did you mean lab?)\n")
            let other = try await overlays.plush("status", "--on", "quite-other").end()
            #expect(other.errorText == "plush: there is no overlay quite-other (there is lab)\n")
            let bad = try await overlays.plush("up", "--local", "2", "--name", "../lab").end()
            #expect(bad.code == 2)
            #expect(bad.errorText.contains("'../lab' is no name for an overlay"))
            for number in ["7", "0"] {
                let none = try await overlays.plush("logs", number).end()
                #expect(none.code == 2)
                #expect(none.errorText.contains("overlay lab has no operation \(number)"))
            }
            // The overlay itself has not noticed any of it.
            #expect(try await overlays.plush("exec", "--", "true").end().code == 0)
            try await overlays.down()
        }

        @Test(arguments: [
            (["exec", "--on", "lab", "--local", "2", "--", "true"], "give one of them"),
            (["exec", "--on", "lab", "--fanout", "2", "--", "true"], "--fanout is decided when a tree is built"),
            (["exec", "--on", "lab", "-l", "me", "--", "true"], "-l is decided"),
            (["exec", "--on", "lab", "--lease", "5s", "--", "true"], "--lease is decided"),
            (
                ["exec", "--on", "lab", "-w", "local9", "--", "true"],
                "local9 is no host of overlay lab (did you mean local"
            ),
            (
                ["exec", "--on", "lab", "-w", "n[1-3]", "--", "true"],
                "n[1-3] are no hosts of overlay lab (it has local[0-2])"
            ),
            (["exec", "--on", "lab", "-x", "*", "--", "true"], "no hosts are left"),
            (["exec", "--local", "2", "--detach", "--", "true"], "--detach is for overlays"),
            (["tree", "--on", "lab", "--local", "2"], "it takes no hosts"),
            (["down", "--all", "lab"], "exclude each other"), (["status", "lab", "--on", "lab"], "say the same thing"),
        ])
        func whatMeansNothingOnAnOverlayIsRefused(arguments: [String], telling: String) async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3)
            let end = try await overlays.place.start(
                [Binaries.plush()] + arguments, environment: ["HOME": overlays.home]
            ).end()
            #expect(end.code == 2)
            #expect(end.errorText.contains(telling), "\(end.errorText)")
            try await overlays.down()
        }

        @Test func aControllerThatIsKilledLeavesNoAgentAndAStaleStateThatGoes() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(7, options: ["--fanout", "2", "--lease", "2s"])
            let program = try overlays.plush("exec", "--", "setsid sleep 977.3 & sleep 977.4")
            #expect(await overlays.place.waits(for: 7, ["sleep", "977.4"]))
            kill(try await overlays.controller(), SIGKILL)
            let end = try await program.end()
            #expect(end.code == 5)
            #expect(end.errorText.contains("the controller of overlay lab has ended"), "\(end.errorText)")
            // The lease, the agents' own way out, and a wide margin.
            await overlays.place.expectNothingLeft(within: 2 + 20)
            #expect(overlays.remains == ["lab"])
            let exec = try await overlays.plush("exec", "--on", "lab", "--", "true").end()
            #expect(exec.code == 2)
            #expect(exec.errorText.contains("overlay lab is not up any more"))
            #expect(try await overlays.plush("exec", "--", "true").end().code == 2)
            let list = try await overlays.plush("ls").end()
            #expect(list.errorText.contains("its controller is gone; plush down lab removes what it left"))
            #expect(try await overlays.plush("down", "lab").end().code == 0)
            #expect(overlays.remains == [])
        }

        @Test func theNameOfAControllerThatIsGoneCanBeTaken() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(2, options: ["--lease", "1s"])
            kill(try await overlays.controller(), SIGKILL)
            await overlays.place.expectNothingLeft(within: 20)
            try await overlays.up(3)
            let end = try await overlays.plush("exec", "--", "true").end()
            #expect(end.errorText.hasPrefix("3 hosts: 3 ok"))
            try await overlays.down()
        }

        @Test func anOverlayOfAnotherMachineIsLeftAlone() async throws {
            let overlays = try OverlayPlace()
            try overlays.place.write("elsewhere 00000000-0000\n", to: "home/.plush/overlays/lab/controller")
            for words in [["exec", "--on", "lab", "--", "true"], ["up", "--local", "2", "--name", "lab"]] {
                let end = try await overlays.place.start(
                    [Binaries.plush()] + words, environment: ["HOME": overlays.home]
                ).end()
                #expect(end.code == 2)
                #expect(end.errorText.contains("was built on elsewhere"), "\(end.errorText)")
            }
            #expect(overlays.remains == ["lab"])
        }

        @Test func aHomeThatIsTooDeepForASocketIsSaid() async throws {
            let overlays = try OverlayPlace()
            let home = overlays.home + "/" + String(repeating: "d", count: 90)
            let end = try await overlays.plush("up", "--local", "2").end()
            #expect(end.code == 0)
            try await overlays.down()
            let deep = try await overlays.place.start(
                [Binaries.plush(), "up", "--local", "2"], environment: ["HOME": home]
            ).end()
            #expect(deep.code == 2)
            #expect(deep.errorText.contains("107 are the most"), "\(deep.errorText)")
            await overlays.expectNothingLeft()
        }
    }
}
