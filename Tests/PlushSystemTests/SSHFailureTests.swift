import Foundation
import Testing

extension SystemTests {
    /// Hosts that cannot be reached: each with its cause, and the others go on.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHFailureTests {
        @Test func everyWayToBeUnreachableHasItsOwnCause() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 16)
            // The good ones have the agent: the time is for the bad ones.
            try await farm.exec().expectAllOK(16)
            let modes = ["silent", "greeting", "garbage", "endless", "http", "close"]
            let bad = Dictionary(uniqueKeysWithValues: zip(modes, farm.hosts.dropFirst()))
            for (mode, host) in bad { try await farm.fake(mode, host) }
            let refusing = [farm.hosts[9], farm.hosts[11]]
            for host in refusing { try await farm.fake("refused", host) }
            let stranger = "no-such-host.invalid"
            // Nobody can connect to the address by which all hosts of loopback are meant.
            let far = "127.255.255.255"
            let end = try await farm.exec(
                "-w", "\(farm.nodes),\(stranger),\(far)", "-t", "6s", "--fanout", "3", command: "echo $PLUSH_HOST")

            #expect(end.code == 3)
            #expect(end.targets == 18)
            #expect(end.count("unreachable") == 10, "\(end.account)")
            #expect(end.count("ok") == 8, "\(end.account)")
            let good = Set(farm.hosts).subtracting(bad.values).subtracting(refusing)
            #expect(Set(end.output.keys) == good)

            for (word, host) in [
                ("refused", refusing[0]), ("resolve", stranger), ("no route", far), ("SSH", try #require(bad["http"])),
                ("SSH", try #require(bad["garbage"])),
            ] {
                #expect(end.cause(host).localizedCaseInsensitiveContains(word), "\(word): \(end.account)")
            }
            for host in Array(bad.values) + refusing + [stranger, far] {
                #expect(end.cause(host) != "", "\(host)")
                #expect(end.remedy(host) != "", "\(host): \(end.cause(host))")
                // The host is told once, beside the cause and not in it.
                #expect(!end.cause(host).contains(host), "\(end.cause(host))")
            }
            // The same trouble is one line.
            let together = end.unreachable.filter { !$0.hosts.isDisjoint(with: refusing) }
            #expect(together.map(\.hosts) == [Set(refusing)])
            let silences = ["silent", "http", "close", "endless"].compactMap { bad[$0] }.map(end.cause)
            #expect(Set(silences).count == 4, "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test func allAreFoldedIntoOneLineForPeople() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 8)
            for host in farm.hosts[2...4] { try await farm.fake("refused", host) }
            let end = try await farm.plush("exec", "-w", farm.nodes, "-b", "--", "echo fine").end()
            #expect(end.code == 3)
            #expect(end.lines == ["127.77.0.[1-2,6-8]: fine"])
            let lines = end.errorText.split(separator: "\n")
            #expect(lines.filter { $0.hasPrefix("127.77.0.[3-5]: ") && $0.contains("refused") }.count == 1)
            #expect(lines.last?.contains("5 ok") == true && lines.last?.contains("3 unreachable") == true)
            #expect(lines.count == 2, "\(end.errorText)")
            await farm.expectNothingLeft()
        }

        @Test func whenNobodyCanBeReachedTheRunEnds() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            for host in farm.hosts { try await farm.fake("silent", host) }
            let end = try await farm.exec("-t", "2s")
            #expect(end.code == 3)
            #expect(end.count("unreachable") == 3)
            #expect(end.unreachable.map(\.hosts) == [Set(farm.hosts)], "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test func connectTimeoutOfTheConfigurationBoundsALogin() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 5)
            try await farm.exec().expectAllOK(5)
            let slow = farm.hosts[1...3]
            for (mode, host) in zip(["silent", "greeting", "banner"], slow) { try await farm.fake(mode, host) }
            try farm.edit("ssh_config") { "Host \(slow.joined(separator: " "))\n    ConnectTimeout 1\n" + $0 }
            let end = try await farm.exec("-t", "100s")
            #expect(end.count("ok") == 2, "\(end.account)")
            for host in slow {
                #expect(end.cause(host).contains("within 1 s (ConnectTimeout"), "\(end.account)")
                #expect(end.remedy(host) != "")
            }
            #expect(end.cause(farm.hosts[1]).contains("says nothing (no SSH greeting)"), "\(end.account)")
            #expect(end.cause(farm.hosts[2]).contains("key exchange"), "\(end.account)")
            #expect(
                end.cause(farm.hosts[3]).contains("it said 'Authorized use only.' and no SSH greeting within 1 s"),
                "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test(arguments: ["exec", "run"])
        func anInterruptedLaunchSaysWhoCouldNotBeReachedSoFar(_ command: String) async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            try await farm.fake("refused", farm.hosts[0])
            try await farm.fake("silent", farm.hosts[1])
            try await farm.fake("silent", farm.hosts[2])
            try farm.edit("ssh_config") { "Host \(farm.hosts[1])\n    ConnectTimeout 2\n" + $0 }
            try place.write(Specifications.shell("true", hosts: 3), to: "app.xml")
            let subject = command == "run" ? ["app.xml"] : ["--", "true"]
            let words = ["-w", farm.nodes, "-t", "100s", "--json"]
            let program = try farm.plush(command, command == "run" ? subject + words : words + subject)
            let isKnown = try await eventually {
                try program.events().contains { $0.event == "progress" && $0.number("ended") == 2 }
            }
            #expect(isKnown, "\(program.errorText)")
            program.signal(SIGINT)
            let end = try JSONSummary(await program.end())
            #expect(end.code == 130)
            #expect(end.count("unreachable") == 2, "\(end.account)")
            #expect(end.count("notStarted") == 1, "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("refused"), "\(end.account)")
            #expect(end.cause(farm.hosts[1]).contains("within 2 s"), "\(end.account)")
            #expect(end.cause(farm.hosts[2]) == "")
        }

        @Test func aServerThatDropsBurstsIsTriedAgain() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 8)
            try await farm.fake("drop", farm.hosts[1], farm.hosts[5], options: ["--first", "3"])
            try await farm.exec("--fanout", "2").expectAllOK(8)
            await farm.expectNothingLeft()
        }

        @Test func fiftyHostsBehindMaxStartupsAtItsDefaultAllJoin() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 50)
            try await farm.exec("--launch-window", "64").expectAllOK(50)
            await farm.expectNothingLeft()
        }

        @Test func aServerThatTakesTwoAtATimeIsEnough() async throws {
            let place = try Place()
            // The third login in progress is dropped, always.
            let farm = try await SSHFarm(place, hosts: 12, "--max-startups", "2")
            try await farm.exec("--launch-window", "64").expectAllOK(12)
            await farm.expectNothingLeft()
        }

        @Test func anSSHServerKilledInMidLaunchLeavesEveryHostAccounted() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 50)
            let program = try farm.plush(
                "exec", "-w", farm.nodes, "--fanout", "4", "--launch-window", "2", "-t", "8s", "--lease", "2s",
                "--json", "-v", "--", "true")
            let hasBegun = try await eventually { try program.events().contains { $0.event == "joined" } }
            #expect(hasBegun, "\(program.errorText)")
            try await farm.killServers()
            let end = try JSONSummary(await program.end())
            #expect(end.targets == 50)
            #expect(end.code == 3, "\(end.account)")
            // Each is told of: those that had joined are lost, the others were not reached.
            let lost = end.events.filter { $0.event == "lost" }.flatMap(\.hosts)
            let unreached = end.unreachable.flatMap(\.hosts)
            #expect(Set(unreached).count == unreached.count)
            #expect(Set(unreached).isDisjoint(with: lost), "\(end.account)")
            #expect(Set(unreached + lost) == Set(farm.hosts), "\(end.account)")
            #expect(end.count("unreachable") + end.count("lost") + end.count("notStarted") == 50)
            #expect(end.count("unreachable") >= unreached.count)
            #expect(end.unreachable.allSatisfy { $0.text("cause") != "" && $0.text("remedy") != "" }, "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test func aHostBehindAnotherIsRefusedInWords() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            try farm.edit("ssh_config") { "Host \(farm.hosts[1])\n    ProxyJump \(farm.hosts[0])\n" + $0 }
            let end = try await farm.exec()
            #expect(end.code == 3)
            #expect(end.count("ok") == 2, "\(end.account)")
            #expect(end.cause(farm.hosts[1]).contains("ProxyJump"), "\(end.account)")
            #expect(end.remedy(farm.hosts[1]) != "")
            await farm.expectNothingLeft()
        }

        @Test func whichHostCouldNotDialWhichIsSaid() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            // We reach the first host at an address that means nothing to the second.
            let outside = "127.77.9.9"
            try await farm.fake("forward", outside, options: ["--to", farm.hosts[0]])
            try farm.edit("ssh_config") { "Host \(farm.hosts[0])\n    HostName \(outside)\n" + $0 }
            let end = try await farm.exec("--fanout", "1", "-t", "15s")
            #expect(end.count("ok") == 1, "\(end.account)")
            let cause = end.cause(farm.hosts[1])
            #expect(cause.contains(farm.hosts[0]) && cause.contains(outside), "\(end.account)")
            #expect(cause.contains("refused"), "\(end.account)")
            #expect(end.remedy(farm.hosts[1]) != "", "\(end.account)")
            // Over SSH alone it can be reached.
            try await farm.exec("--tree", "flat").expectAllOK(2)
            await farm.expectNothingLeft()
        }

        @Test func aLoginThatIsRefusedSaysWhatToTry() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            let end = try await farm.exec("-l", "nobody-of-that-name")
            #expect(end.code == 3)
            #expect(end.count("unreachable") == 2)
            #expect(end.unreachable.map(\.hosts) == [Set(farm.hosts)])
            #expect(end.cause(farm.hosts[0]).contains("nobody-of-that-name"), "\(end.account)")
            #expect(end.remedy(farm.hosts[0]).contains("-l"), "\(end.account)")
            await farm.expectNothingLeft()
        }
    }
}
