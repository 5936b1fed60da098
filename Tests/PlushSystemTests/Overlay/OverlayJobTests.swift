import Foundation
import Testing

extension SystemTests {
    /// Operations of an overlay: several at once, followed again, waited for, killed; clients that die.
    @Suite struct OverlayJobTests {
        @Test func tenClientsAtOnceEachGetTheirOwnAndAllOfIt() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(20)
            let programs = try (0..<10).map { number in
                try overlays.plush("exec", "-b", "--", "sleep 0.\(number); seq \(number) 200")
            }
            for (number, program) in programs.enumerated() {
                let end = try await program.end()
                #expect(end.code == 0)
                #expect(end.lines == ["local[0-19]:"] + (number...200).map { "\($0)" })
            }
            let jobs = try await overlays.plush("jobs", "--json").end().events()
            #expect(jobs.count == 10)
            #expect(jobs.allSatisfy { $0.text("state") == "ended" && $0.outcomes["ok"] == 20 })
            try await overlays.down()
        }

        @Test func aClientThatDiesHarmsNothingAndItsOutputIsThereAfterwards() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(8)
            let line = "echo begun; while [ ! -e \(overlays.place.file("go")) ]; do sleep 0.05; done; echo ended"
            let program = try overlays.plush("exec", "-L", "--", line)
            #expect(await eventually { program.output.count(where: { $0 == UInt8(ascii: "\n") }) == 8 })
            program.signal(SIGKILL)
            _ = try await program.end()
            #expect(try await overlays.plush("exec", "--", "true").end().code == 0)
            let sofar = try await overlays.plush("logs", "1", "-L").end()
            #expect(sofar.code == 0)
            #expect(sofar.lines.sorted() == (0..<8).map { "local\($0): begun" })
            #expect(sofar.errorText == "")
            let following = try overlays.plush("logs", "1", "-f", "-b")
            try overlays.place.write("", to: "go")
            let end = try await following.end()
            #expect(end.code == 0)
            #expect(end.lines == ["local[0-7]:", "begun", "ended"])
            #expect(end.errorText.hasPrefix("8 hosts: 8 ok in "))
            // And again, in another way.
            let again = try await overlays.plush("logs", "1").end()
            #expect(again.lines.filter { $0 == "ended" }.count == 8)
            try await overlays.down()
        }

        @Test func aTerminalThatIsClosedEndsNothing() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(4)
            let program = try overlays.plush("exec", "--", "sleep 979.1")
            #expect(await overlays.place.waits(for: 4, ["sleep", "979.1"]))
            program.signal(SIGHUP)
            #expect(try await program.end().code == 128 + SIGHUP)
            #expect(overlays.place.processes.filter { $0.words == ["sleep", "979.1"] }.count == 4)
            #expect(try await overlays.plush("kill", "1").end().code == 0)
            let wait = try await overlays.plush("wait", "1").end()
            #expect(wait.code == 130)
            #expect(wait.errorText.hasPrefix("operation 1: 4 hosts: 0 ok, 4 failed, interrupted in "))
            #expect(await overlays.place.waits(for: 0, ["sleep", "979.1"]))
            let late = try await overlays.plush("kill", "1").end()
            #expect(late.code == 2)
            #expect(late.errorText == "plush: operation 1 has ended already\n")
            try await overlays.down()
        }

        @Test func oneOperationIsKilledAndTheOthersGoOn() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(5)
            let first = try await overlays.plush("exec", "--detach", "--", "sleep 979.2").end()
            let second = try await overlays.plush("exec", "--detach", "--", "sleep 979.3").end()
            #expect(first.lines == ["1"] && second.lines == ["2"])
            #expect(await overlays.place.waits(for: 5, ["sleep", "979.2"]))
            #expect(await overlays.place.waits(for: 5, ["sleep", "979.3"]))
            let jobs = try await overlays.plush("jobs").end()
            #expect(jobs.lines.count == 3)
            #expect(jobs.text.contains("running, 0 ended  5"), "\(jobs.text)")
            _ = try await overlays.plush("kill", "1").end()
            #expect(await overlays.place.waits(for: 0, ["sleep", "979.2"]))
            #expect(overlays.place.processes.filter { $0.words == ["sleep", "979.3"] }.count == 5)
            let list = try await overlays.plush("ls", "--json").end().events()
            #expect(list.first?.number("running") == 1)
            // The end of the overlay ends the other.
            try await overlays.down()
        }

        @Test func waitingEndsWithTheOperationsCode() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3)
            let number = try await overlays.plush("exec", "--detach", "--", "sleep 0.3; exit 7").end().lines
            #expect(number == ["1"])
            #expect(try await overlays.plush("wait", "1").end().code == 1)
            #expect(try await overlays.plush("wait", "-S", "1").end().code == 7)
            _ = try await overlays.plush("exec", "--detach", "--", "sleep 0.2").end()
            let all = try await overlays.plush("wait", "--json").end()
            #expect(all.code == 0)
            #expect(try all.events().map { $0.number("operation") } == [2])
            #expect(try await overlays.plush("wait").end().code == 0)
            try await overlays.down()
        }

        @Test func aReaderThatStopsHoldsItsCommandsAndNobodyElse() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(6)
            let program = try overlays.plush("exec", "--", "yes | head -c 4000000", readsOutput: false)
            #expect(await eventually { overlays.place.processes.contains { $0.words.contains("4000000") } })
            for _ in 0..<3 { #expect(try await overlays.plush("exec", "--", "true").end().code == 0) }
            program.drain()
            let end = try await program.end()
            #expect(end.code == 0)
            #expect(end.output.count == 6 * 4_000_000)
            try await overlays.down()
        }

        @Test func aHostThatIsLostMeanwhileIsTold() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(4)
            let program = try overlays.plush("exec", "--", "sleep 979.4")
            #expect(await overlays.place.waits(for: 4, ["sleep", "979.4"]))
            kill(try await overlays.place.agent("local1"), SIGKILL)
            #expect(await eventually { program.errorText.contains("local1: lost with local1") })
            program.signal(SIGINT)
            let end = try await program.end()
            #expect(end.errorText.contains("1 lost, interrupted"), "\(end.errorText)")
            let next = try await overlays.plush("exec", "-b", "--", "echo here").end()
            #expect(next.code == 3)
            #expect(next.lines == ["local[0,2-3]: here"])
            #expect(next.errorText.contains("local1: lost"))
            try await overlays.down()
        }
    }
}
