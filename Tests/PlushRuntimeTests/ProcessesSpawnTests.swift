import CPlushSystem
import Glibc
import Testing

@testable import PlushRuntime

@Suite struct ProcessesSpawnTests {
    private let environment = ProcessesRunner.environment

    @Test(arguments: [0, 1, 3, 127, 255]) func exitCodeArrives(code: Int32) throws {
        #expect(try ProcessesRunner.shell("exit \(code)").status == .exited(code: code))
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV]) func deathBySignalArrives(number: Int32) throws {
        #expect(try ProcessesRunner.shell("ulimit -c 0; kill -\(number) $$").status == .signalled(number: number))
    }

    @Test func outputAndErrorStayApart() throws {
        let result = try ProcessesRunner.shell("echo out; echo err >&2")
        #expect(result.text == "out\n")
        #expect(String(decoding: result.error, as: UTF8.self) == "err\n")
    }

    @Test func outputBeyondThePipeSizeArrivesWhole() throws {
        let result = try ProcessesRunner.shell("head -c 3000000 /dev/zero; head -c 400000 /dev/zero >&2")
        #expect(result.output.count == 3_000_000)
        #expect(result.error.count == 400_000)
        #expect(result.status == .exited(code: 0))
    }

    @Test func inputBeyondThePipeSizeComesBack() throws {
        let input = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let request = ChildProcessRequest(arguments: ["cat"], environment: environment, input: .pipe)
        #expect(try ProcessesRunner.run(request, input: input).output == input)
    }

    @Test func nullInputEndsAtOnce() throws {
        let result = try ProcessesRunner.run(ChildProcessRequest(arguments: ["cat"], environment: environment))
        #expect(result.output.isEmpty && result.status == .exited(code: 0))
    }

    @Test func pipeEndsDoNotBlockAndAreClosedOnExec() throws {
        let owner = try ProcessesRunner.makeOwner()
        let child = try owner.spawn(ChildProcessRequest(arguments: ["cat"], environment: environment, input: .pipe))
        for descriptor in [child.standardInput ?? -1, child.standardOutput, child.standardError] {
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        #expect(fcntl(owner.signalDescriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(ProcessesRunner.finish(child, of: owner).status == .exited(code: 0))
    }

    @Test func environmentIsTheRequestsAlone() throws {
        let variables = ["B": "two words", "A": "=", "EMPTY": ""]
        let result = try ProcessesRunner.run(ChildProcessRequest(arguments: ["/usr/bin/env"], environment: variables))
        #expect(result.text == "A==\nB=two words\nEMPTY=\n")
    }

    @Test func argumentsArriveAsTheyAre() throws {
        let words = ["printf", "%s|", "", "a b", "$HOME", "ü", "-n"]
        let result = try ProcessesRunner.run(ChildProcessRequest(arguments: words, environment: environment))
        #expect(result.text == "|a b|$HOME|ü|-n|")
    }

    @Test func wordIsFoundInTheChildsPathAfterTheDirectory() throws {
        let here = try FilesWorkspace()
        here.write("bin/greet", "#!/bin/sh\necho hello from $PWD\n", mode: 0o755)
        here.write("first/greet", "not executable", mode: 0o644)
        let request = ChildProcessRequest(
            arguments: ["greet"], environment: ["PATH": "/does/not/exist:first:bin"], directory: here.path)
        #expect(try ProcessesRunner.run(request).text == "hello from \(here.path)\n")
    }

    @Test func childLeadsItsOwnGroupWithDefaultSignals() throws {
        let line =
            "read pid name state parent group rest < /proc/$$/stat; echo $group; echo $$;"
            + " grep SigBlk /proc/self/status"
        let result = try ProcessesRunner.shell(line)
        let lines = result.text.split(separator: "\n").map { $0.filter { $0 != " " } }
        #expect(lines.count == 3)
        #expect(lines.first == lines.dropFirst().first)
        #expect(lines.last == "SigBlk:\t0000000000000000")
    }

    @Test func groupSignalReachesTheCommandsOfALine() throws {
        let owner = try ProcessesRunner.makeOwner()
        let line = "sleep 600 & sleep 600 & echo ready; wait"
        let child = try owner.spawn(
            ChildProcessRequest(arguments: ["/bin/sh", "-c", line], environment: environment))
        var ready = pollfd(fd: child.standardOutput, events: Int16(POLLIN), revents: 0)
        _ = poll(&ready, 1, -1)
        #expect(owner.signalGroup(child.pid, signal: SIGKILL))
        // The pipe ends only when the two sleepers, which hold it, are dead as well.
        let result = ProcessesRunner.finish(child, of: owner)
        #expect(result.status == .signalled(number: SIGKILL))
        #expect(!owner.signalGroup(child.pid, signal: SIGKILL))
        #expect(owner.running.isEmpty)
    }

    @Test func groupOfNobodyIsNotSignalled() throws {
        let owner = try ProcessesRunner.makeOwner()
        for pid in [Int32(-1), 0, 1] { #expect(!owner.signalGroup(pid, signal: 0)) }
    }
}
