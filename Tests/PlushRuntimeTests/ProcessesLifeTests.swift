import CPlushSystem
import Glibc
import Testing

@testable import PlushRuntime

/// What concerns whole processes, tried on the helper executable.
@Suite struct ProcessesLifeTests {
    @Test func manyChildrenAreReapedAndLeakNothing() throws {
        let expected = (0..<300).reduce(0) { $0 + $1 % 7 }
        #expect(try ProcessesRunner.probe("many").text == "sum \(expected) leaked 0 running 0\n")
    }

    @Test func orphansAreReapedInSilenceAndSwept() throws {
        let text = try ProcessesRunner.probe("orphans").text
        #expect(text.hasPrefix("reported [PlushRuntime.ExitStatus.exited(code: 3)] left true inGroup true now 0"))
    }

    @Test func childInheritsNothingButWhatItIsGiven() throws {
        let lines = try ProcessesRunner.probe("inheritance").text.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        // 0, 1, 2 and the one that ls itself reads with; the limit is what it was before it was raised.
        #expect(lines.prefix(3) == ["raised 4096", "256", "4"])
        #expect(lines.dropFirst(3) == ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"])
    }

    @Test func agentsExitCodeIsTheGuardians() throws {
        let here = try FilesWorkspace()
        let result = try ProcessesRunner.probe("guard", here.path + "/agent", "echo; exit 7")
        #expect(result.status == .exited(code: 7))
        #expect(!here.exists("agent"))
    }

    @Test func guardianIsSmallAndHoldsNoDescriptor() throws {
        // With a descriptor of the launch channel it would keep that open beyond the agent's end.
        let here = try FilesWorkspace()
        let result = try ProcessesRunner.probe(
            "guard", here.path + "/agent", "setsid sleep 600 > /dev/null 2>&1 & echo; exit 0")
        let words = result.text.split(whereSeparator: \.isWhitespace)
        #expect(words.count == 10 && words.dropFirst(6).prefix(2) == ["descriptors", "0"])
        #expect(words.last.flatMap { Int($0) }.map { $0 < 2 << 20 } == true)
        #expect(result.status == .exited(code: 0))
    }

    @Test func nothingSurvivesAnAgentThatIsKilled() throws {
        let here = try FilesWorkspace()
        let mark = "600.\(getpid())"
        let line = "setsid sh -c 'sleep \(mark) & sleep \(mark)' & (sleep \(mark) &) ; echo; sleep \(mark)"
        let owner = try ProcessesRunner.makeOwner()
        let child = try owner.spawn(
            ChildProcessRequest(
                arguments: [ProcessesRunner.probePath, "guard", here.path + "/agent", line],
                environment: ProcessesRunner.environment))
        var ready = pollfd(fd: child.standardOutput, events: Int16(POLLIN), revents: 0)
        _ = poll(&ready, 1, -1)
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(child.standardOutput, &bytes, bytes.count)
        let words = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        #expect(words.count == 10)
        let agent = words.count > 3 ? Int32(words[3]) : nil
        #expect(words.count > 1 && Int32(words[1]) == child.pid)
        #expect(here.exists("agent/.plush-agent") && here.exists("agent/app/demo"))

        // The guardian does not listen to what a terminal or a script may send.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { kill(child.pid, number) }
        #expect(kill(try #require(agent), SIGKILL) == 0)
        #expect(ProcessesRunner.finish(child, of: owner).status == .exited(code: 128 + SIGKILL))
        let search = "grep -lsa '[6]00\\.\(getpid())' /proc/[0-9]*/cmdline"
        #expect(try ProcessesRunner.shell(search).text.isEmpty)
        #expect(!here.exists("agent"))
    }

    @Test func directoryWithoutTheMarkerIsLeftAlone() throws {
        let here = try FilesWorkspace()
        here.write("home/precious", "data")
        let result = try ProcessesRunner.probe("guard", here.path + "/home", "exit 0")
        // AgentDirectory refuses it, the agent ends, and the guardian does not remove it either.
        #expect(result.status == .exited(code: 99))
        #expect(result.text.contains("is not empty and is not an agent's"))
        #expect(here.read("home/precious") == "data")
    }

    @Test func peerAndClocksAndRandomness() {
        var pair: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0)
        defer { pair.forEach { close($0) } }
        var (pid, user, group) = (pid_t(0), uid_t.max, gid_t.max)
        #expect(plush_peer_credentials(pair[0], &pid, &user, &group) == 0)
        #expect(pid == getpid() && user == getuid() && group == getgid())
        #expect(plush_peer_credentials(-1, &pid, &user, &group) == -1)

        let first = plush_monotonic_nanoseconds()
        #expect(plush_monotonic_nanoseconds() >= first)
        #expect(plush_boot_nanoseconds() >= first)
        var words: [UInt64] = [0, 0]
        #expect(words.withUnsafeMutableBytes { plush_random_fill($0.baseAddress, $0.count) } == 0)
        #expect(words[0] != words[1])
        #expect(plush_thread_count() >= 1 && plush_private_dirty_bytes() > 0)
        #expect(!String(cString: plush_build_version()).isEmpty)
        #expect(String(cString: plush_error_words(99_999)) == "unknown error")
    }
}
