import Foundation
import Testing

extension SystemTests {
    /// The farm that the other tests stand on, asked by plain `ssh`.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHFarmTests {
        private func ssh(_ farm: SSHFarm, _ host: String, _ command: String) async throws -> Program.End {
            try await farm.place.start(["ssh", "-F", farm.configuration, host, command]).end()
        }

        @Test func everyAddressIsAHostOfItsOwn() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 260, "--max-startups", "200")
            #expect(farm.hosts[250] == "127.77.1.1")
            try farm.setShell("/usr/bin/tcsh", of: farm.hosts[1])
            try farm.setTools(["uname", "echo"], scripts: ["uname": "echo Plan9"], of: farm.hosts[2])
            #expect(try await ssh(farm, farm.hosts[0], "pwd").text == place.file("farm/homes/127.77.0.1") + "\n")
            #expect(try await ssh(farm, farm.hosts[250], "pwd").text == place.file("farm/homes/127.77.1.1") + "\n")
            #expect(try await ssh(farm, farm.hosts[1], "echo $shell").text == "/usr/bin/tcsh\n")
            #expect(try await ssh(farm, farm.hosts[2], "uname; ls").text == "Plan9\n")
            #expect(farm.processes.isEmpty)
        }

        @Test func theHostsTemporaryFilesMayBeElsewhere() async throws {
            let place = try Place()
            try place.write("", to: "hosts-tmp/.keep")
            let farm = try await SSHFarm(place, hosts: 1, "--tmp", place.file("hosts-tmp"))
            #expect(try await ssh(farm, farm.hosts[0], "echo $TMPDIR").text == place.file("hosts-tmp") + "\n")
            let run = try await farm.exec(command: "pwd")
            #expect(run.output[farm.hosts[0]]?.hasPrefix(place.file("hosts-tmp/plush-")) == true, "\(run.output)")
            #expect(place.names(in: "hosts-tmp") == [".keep"])
        }

        @Test func whatRunsOnHostsIsSeenAndEndsWithTheFarm() async throws {
            let place = try Place()
            do {
                let farm = try await SSHFarm(place, hosts: 2, "--shared-home")
                let start = "echo x > left; setsid sleep 985.1 >/dev/null 2>&1 </dev/null &"
                let end = try await ssh(farm, farm.hosts[1], start)
                #expect(end.code == 0)
                let isSeen = await eventually { farm.processes.map(\.words) == [["sleep", "985.1"]] }
                #expect(isSeen)
                #expect(try farm.files("shared").map(\.path) == ["left"])
            }
            #expect(place.processes.map(\.words) == [])
        }

        @Test func badServersAreAsBadAsTheySay() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6)
            try await farm.fake("drop", farm.hosts[0], options: ["--first", "2"])
            #expect(try await ssh(farm, farm.hosts[0], "pwd").code == 255)
            #expect(try await ssh(farm, farm.hosts[0], "pwd").code == 255)
            #expect(try await ssh(farm, farm.hosts[0], "pwd").text == place.file("farm/homes/127.77.0.1") + "\n")
            try await farm.fake("refused", farm.hosts[1])
            #expect(try await ssh(farm, farm.hosts[1], "true").errorText.contains("Connection refused"))
            try await farm.fake("http", farm.hosts[2])
            #expect(try await ssh(farm, farm.hosts[2], "true").code == 255)
            // The others are as they were, until all of them die.
            #expect(try await ssh(farm, farm.hosts[3], "true").code == 0)
            try await farm.killServers()
            #expect(try await ssh(farm, farm.hosts[3], "true").errorText.contains("Connection refused"))
        }
    }
}
