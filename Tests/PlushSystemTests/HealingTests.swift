import Foundation
import Testing

extension SystemTests {
    /// Relays that die or stand still while commands run and print: the tree mends itself, and nothing is lost but the
    /// hosts themselves.
    @Suite struct HealingTests {
        private static let hosts = 40

        /// Prints numbered lines until the file is there, and then how many there were.
        private func command(_ place: Place) -> String {
            "i=0; while [ ! -e '\(place.file("go"))' ]; do i=$((i+1)); echo line $i; sleep 0.1; done; echo end $i"
        }

        private func start(_ place: Place) async throws -> (program: Program, parents: [String: String]) {
            let program = try place.plush(
                "exec", "--local", "\(Self.hosts)", "--fanout", "3", "--json", "-v", "--outdir", place.file("out"),
                "--",
                command(place))
            // Everybody has printed something before anything goes wrong.
            let isPrinting = await eventually {
                (0..<Self.hosts).allSatisfy { (try? place.read("out/local\($0).out").isEmpty) == false }
            }
            #expect(isPrinting)
            let joined = try program.events().filter { $0.event == "joined" }
            return (program, Dictionary(uniqueKeysWithValues: joined.map { ($0.text("host"), $0.text("parent")) }))
        }

        /// What each surviving host printed is there once, whole and in order.
        private func expectWhole(_ place: Place, except lost: Set<String>) throws {
            for host in (0..<Self.hosts).map({ "local\($0)" }) where !lost.contains(host) {
                let lines = try place.read("out/\(host).out").split(separator: "\n")
                let count = lines.count - 1
                #expect(count > 0, "\(host)")
                let expected = (1...max(1, count)).map { "line \($0)" } + ["end \(count)"]
                #expect(lines.elementsEqual(expected) { $0 == $1 }, "\(host): \(lines.suffix(3))")
            }
        }

        /// Who is killed, of the tree with three children for each node.
        enum Victims: CaseIterable {
            case oneBelowTheRoot
            case oneOfTheSecondLevel
            case aThirdOfTheRelays
            case allBelowTheRoot

            func choose(_ parents: [String: String]) -> Set<String> {
                let relays = Set(parents.values).subtracting(["controller"]).sorted()
                let first = relays.filter { parents[$0] == "controller" }
                switch self {
                case .oneBelowTheRoot: return [first[0]]
                case .oneOfTheSecondLevel: return [relays.first { parents[$0] != "controller" } ?? ""]
                case .aThirdOfTheRelays:
                    return Set(relays.enumerated().filter { $0.offset % 3 == 0 }.map(\.element))
                case .allBelowTheRoot: return Set(first)
                }
            }
        }

        @Test(arguments: Victims.allCases)
        func relaysThatAreKilledCostOnlyThemselves(victims: Victims) async throws {
            let place = try Place()
            let (program, parents) = try await start(place)
            let dead = victims.choose(parents)
            #expect(!dead.contains("") && dead.count < Self.hosts / 2)
            for host in dead { kill(try await place.agent(host), SIGKILL) }
            let orphans = Set(parents.filter { dead.contains($0.value) && !dead.contains($0.key) }.keys)
            #expect(!orphans.isEmpty)
            let isMended = try await eventually {
                orphans.isSubset(of: try program.events().filter { $0.event == "moved" }.map { $0.text("host") })
            }
            #expect(isMended, "\(orphans) of \(dead)")
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 3)
            let summary = try end.summary()
            #expect(summary.outcomes["ok"] == Self.hosts - dead.count)
            #expect(summary.outcomes["lost"] == dead.count)
            #expect(Set(try end.events().filter { $0.event == "lost" }.flatMap(\.hosts)) == dead)
            try expectWhole(place, except: dead)
            await place.expectNothingLeft()
        }

        @Test func aRelayThatStandsStillForAWhileLosesNothing() async throws {
            let place = try Place()
            let (program, parents) = try await start(place)
            let relay = try #require(parents.first { $0.value == "controller" && parents.values.contains($0.key) }?.key)
            let agent = try await place.agent(relay)
            kill(agent, SIGSTOP)
            // Its children notice its silence and go elsewhere; then it wakes up, and is a member like any other.
            let below = Set(parents.filter { $0.value == relay }.keys)
            let isMended = try await eventually {
                below.isSubset(of: try program.events().filter { $0.event == "moved" }.map { $0.text("host") })
            }
            kill(agent, SIGCONT)
            #expect(isMended)
            let isBack = try await eventually {
                try program.events().contains { $0.event == "moved" && $0.text("host") == relay }
            }
            #expect(isBack)
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 0)
            #expect(try end.summary().outcomes["ok"] == Self.hosts)
            try expectWhole(place, except: [])
            await place.expectNothingLeft()
        }
    }
}
