import Foundation
import Testing

extension SystemTests {
    /// `plush exec` over SSH, against a real sshd.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHExecTests {
        @Test func fiftyHostsRunItAndKeepNothingButTheAgent() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 50, "--max-startups", "200")
            let name = try await place.start(["hostname"]).end().lines
            let end = try await farm.plush(
                "exec", "-w", farm.nodes, "--fanout", "4", "-b", "--", "hostname"
            ).end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(end.lines == ["127.77.0.[1-50]: \(try #require(name.first))"])
            #expect(end.errorText.hasPrefix("50 hosts: 50 ok in "), "\(end.errorText)")
            await farm.expectNothingLeft()
            let agents = try farm.hosts.map { try farm.cachedAgent($0) }

            // The second launch finds it everywhere.
            let again = try await farm.exec("--fanout", "4")
            again.expectAllOK(50)
            #expect(try farm.hosts.map { try farm.cachedAgent($0) } == agents)
            await farm.expectNothingLeft()
        }

        @Test func everyHostIsTheOneThatWasNamed() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 9, "--max-startups", "200")
            let end = try await farm.exec("--fanout", "2", command: "echo $PLUSH_HOST $HOME")
            end.expectAllOK(9)
            let homes = farm.hosts.map { ($0, "\($0) \(place.file("farm/homes/\($0)"))\n") }
            #expect(end.output == Dictionary(uniqueKeysWithValues: homes))
            await farm.expectNothingLeft()
        }

        @Test func aTreeOfAnyShapeStandsOverSSH() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 7, "--max-startups", "200")
            for shape in ["chain", "flat", "kary:2"] {
                let end = try await farm.exec("--tree", shape, "-v")
                end.expectAllOK(7)
                let parents = end.events.filter { $0.event == "joined" }.map { $0.text("parent") }
                #expect(parents.count == 7)
                #expect(parents.filter { $0 == "controller" }.count == (shape == "chain" ? 1 : shape == "flat" ? 7 : 2))
                await farm.expectNothingLeft()
            }
        }

        @Test func hostsComeFromAFileAndExceptionsAreLeftOut() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 9)
            try place.write("# ours\n127.77.0.[1-4]\n127.77.0.7 # far away\n127.77.0.2\n", to: "list")
            let end = try await farm.exec(
                "--hostfile", place.file("list"), "-x", "127.77.0.[3,9]", command: "echo $PLUSH_HOSTS")
            end.expectAllOK(4)
            #expect(Set(end.output.keys) == ["127.77.0.1", "127.77.0.2", "127.77.0.4", "127.77.0.7"])
            #expect(Set(end.output.values) == ["4\n"])
            // The others were not even called.
            #expect(try farm.files("127.77.0.3").isEmpty)
            #expect(try farm.files("127.77.0.9").isEmpty)
            await farm.expectNothingLeft()

            let missing = try await farm.plush("exec", "--hostfile", place.file("none"), "--", "true").end()
            #expect(missing.code == 2)
            #expect(missing.errorText.contains(place.file("none")), "\(missing.errorText)")
            let nothing = try await farm.plush("exec", "-w", "n1", "-x", "n1", "--", "true").end()
            #expect(nothing.code == 2, "\(nothing.errorText)")
        }

        @Test func aNameOfTheConfigurationIsWhatPeopleSee() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            let user = NSUserName()
            try farm.edit("ssh_config") { text in
                """
                Host node1 node2
                    Port \(farm.port)
                    User \(user)
                    IdentityFile \(place.file("farm/client_key"))
                    UserKnownHostsFile \(place.file("farm/known_hosts"))
                Host node1
                    HostName 127.77.0.1
                Host node2
                    HostName 127.77.0.2

                """ + text
            }
            let end = try await farm.exec("-w", "node[1-2]", command: "echo $HOME")
            end.expectAllOK(2)
            #expect(end.output["node2"] == place.file("farm/homes/127.77.0.2") + "\n")
            await farm.expectNothingLeft()
        }

        @Test func failuresOfCommandsAreToldByHost() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6)
            let end = try await farm.exec("--fanout", "2", command: "[ $PLUSH_RANK -lt 4 ] || exit 7")
            #expect(end.code == 1, "\(end.account)")
            #expect(end.count("ok") == 4)
            #expect(end.count("failed") == 2)
            let failed = end.events.filter { $0.event == "outcome" && $0.text("outcome") == "failed" }
            #expect(failed.map(\.hosts) == [["127.77.0.5", "127.77.0.6"]])
            await farm.expectNothingLeft()
        }

        @Test func anInterruptLeavesNothingOnAnyHost() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6)
            let program = try farm.plush("exec", "-w", farm.nodes, "--fanout", "2", "--", "exec sleep 987.1")
            let areThere = await eventually { farm.processes.filter { $0.words == ["sleep", "987.1"] }.count == 6 }
            #expect(areThere, "\(program.errorText)")
            program.signal(SIGINT)
            #expect(try await program.end().code == 130)
            await farm.expectNothingLeft()
        }

        @Test func aKilledControllerLeavesNothingOnAnyHostAfterTheLease() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6)
            let program = try farm.plush(
                "exec", "-w", farm.nodes, "--fanout", "2", "--lease", "2s", "--", "exec sleep 987.2")
            let areThere = await eventually { farm.processes.filter { $0.words == ["sleep", "987.2"] }.count == 6 }
            #expect(areThere, "\(program.errorText)")
            program.signal(SIGKILL)
            #expect(try await program.end().code == 128 + SIGKILL)
            _ = await eventually { farm.processes.isEmpty }
            #expect(farm.processes.map(\.words) == [])
            for host in farm.hosts { _ = try farm.cachedAgent(host) }
        }
    }
}
