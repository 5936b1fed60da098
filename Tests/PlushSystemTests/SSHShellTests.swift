import Foundation
import Testing

extension SystemTests {
    /// Hosts that are set up in other ways.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHShellTests {
        /// What a plain Debian has, but for the words left out.
        private func tools(without: String...) -> [String] {
            let all = [
                "sh", "cat", "chmod", "mkdir", "rm", "mv", "ln", "ls", "uname", "sha256sum", "gzip", "head", "dd",
                "tail",
                "cut", "tr", "mktemp", "sleep", "kill", "id", "df", "touch", "stat", "readlink", "test", "env", "awk",
                "sed", "grep", "rmdir", "basename", "dirname", "sort", "wc", "printf", "expr", "true", "hostname",
                "find",
            ]
            return all.filter { !without.contains($0) }
        }

        @Test(arguments: ["/bin/csh", "/usr/bin/tcsh", "/usr/bin/fish", "/bin/dash", "busybox"])
        func aLoginShellMayBeAnother(_ shell: String) async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            var path = shell
            if shell == "busybox" {
                // It is what its name says.
                path = place.file("farm/sh")
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/usr/bin/busybox")
            }
            try #require(FileManager.default.isExecutableFile(atPath: path), "scripts/setup --tests installs \(shell)")
            for host in farm.hosts { try farm.setShell(path, of: host) }
            for _ in 1...2 {
                let end = try await farm.exec("--tree", "chain", command: "for x in a b; do echo $x; done")
                end.expectAllOK(3)
                #expect(Set(end.output.values) == ["a\nb\n"])
            }
            for host in farm.hosts { _ = try farm.cachedAgent(host) }
            await farm.expectNothingLeft()
        }

        @Test func startUpFilesMayPrint() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 5)
            let fish = "farm/homes/\(farm.hosts[2])/.config/fish/config.fish"
            try place.write("echo Welcome; echo to you >&2\n", to: "farm/homes/\(farm.hosts[0])/.bashrc")
            try farm.setShell("/usr/bin/tcsh", of: farm.hosts[1])
            try place.write("echo Welcome\n", to: "farm/homes/\(farm.hosts[1])/.cshrc")
            try farm.setShell("/usr/bin/fish", of: farm.hosts[2])
            try place.write("echo Welcome\n", to: fish)
            // Long, without a last line feed, and not even text.
            try place.write(
                "seq 5000; printf '\\377\\000\\001 no end'\n", to: "farm/homes/\(farm.hosts[3])/.bashrc")
            for _ in 1...2 {
                let end = try await farm.exec(command: "echo mine")
                end.expectAllOK(5)
                #expect(end.output == Dictionary(uniqueKeysWithValues: farm.hosts.map { ($0, "mine\n") }))
            }
            await farm.expectNothingLeft()
        }

        @Test func startUpFilesThatPrintWithoutEndAreNamed() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            try place.write("yes Welcome\n", to: "farm/homes/\(farm.hosts[0])/.bashrc")
            let end = try await farm.exec()
            #expect(end.code == 3)
            #expect(end.count("ok") == 1, "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("start-up files"), "\(end.account)")
            #expect(end.remedy(farm.hosts[0]) != "")
        }

        @Test func startUpFilesThatNeverEndAreTimedOut() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            try await farm.exec().expectAllOK(3)
            try place.write("sleep 986.1\n", to: "farm/homes/\(farm.hosts[0])/.bashrc")
            try place.write("exit 3\n", to: "farm/homes/\(farm.hosts[1])/.bashrc")
            let end = try await farm.exec("-t", "5s")
            #expect(end.code == 3)
            #expect(end.count("ok") == 1, "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("shell"), "\(end.account)")
            #expect(end.remedy(farm.hosts[0]).contains("start-up"), "\(end.account)")
            #expect(end.cause(farm.hosts[1]) != end.cause(farm.hosts[0]))
            #expect(end.cause(farm.hosts[1]) != "")
        }

        @Test func missingToolsAreNamedOrDoneWithout() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 4)
            try farm.setTools(tools(), of: farm.hosts[0])
            try farm.setTools(tools(without: "gzip"), of: farm.hosts[1])
            try farm.setTools(tools(without: "sha256sum"), of: farm.hosts[2])
            try farm.setTools(["sh"], of: farm.hosts[3])
            let end = try await farm.exec(command: "echo fine")
            #expect(end.output[farm.hosts[0]] == "fine\n", "\(end.account)")
            for (host, word) in [(farm.hosts[1], "gzip"), (farm.hosts[2], "sha256sum"), (farm.hosts[3], "cat")] {
                let works = end.output[host] == "fine\n"
                let says = end.cause(host).contains(word) && end.remedy(host) != ""
                #expect(works || says, "\(host): \(end.account)")
            }
            // Whoever has nothing but a shell cannot take an agent.
            #expect(end.count("unreachable") >= 1)
            #expect(end.count("unreachable") + end.count("ok") == 4)
            await farm.expectNothingLeft()
        }

        @Test func anotherArchitectureOrSystemIsNamed() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            let sparc = #"case "$*" in *s*m*|*m*s*) echo Linux sparc64;; *m*) echo sparc64;; *) echo Linux;; esac"#
            let darwin = #"case "$*" in *s*m*|*m*s*) echo Darwin arm64;; *m*) echo arm64;; *) echo Darwin;; esac"#
            try farm.setTools(tools(), scripts: ["uname": sparc], of: farm.hosts[0])
            try farm.setTools(tools(), scripts: ["uname": darwin], of: farm.hosts[1])
            let end = try await farm.exec()
            #expect(end.code == 3)
            #expect(end.count("ok") == 1, "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("sparc64"), "\(end.account)")
            #expect(end.cause(farm.hosts[1]).contains("Darwin"), "\(end.account)")
            // Nothing was sent where it could not have run.
            #expect(try farm.files(farm.hosts[0]).isEmpty)
            #expect(try farm.files(farm.hosts[1]).isEmpty)
            await farm.expectNothingLeft()
        }

        @Test func homesThatAreFullOrForbidProgramsAreDoneWithout() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            guard try await farm.mountHome(farm.hosts[0], options: "size=256k") else {
                // Only root of a machine that lets it mount can have such homes.
                return
            }
            try #require(try await farm.mountHome(farm.hosts[1], options: "noexec"))
            for _ in 1...2 {
                let end = try await farm.exec(command: "echo fine")
                end.expectAllOK(3)
                #expect(Set(end.output.values) == ["fine\n"])
            }
            #expect(try farm.files(farm.hosts[0]).isEmpty)
            #expect(try farm.files(farm.hosts[1]).isEmpty)
            _ = try farm.cachedAgent(farm.hosts[2])
            await farm.expectNothingLeft()
            // It went to a place that these hosts share with the rest of this machine.
            #expect(try await farm.plush("clean", "-w", farm.nodes).end().code == 0)
            #expect(!FileManager.default.fileExists(atPath: "/var/tmp/plush-\(getuid())"))
        }
    }
}
