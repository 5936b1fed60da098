import Glibc
import NIOCore
import PlushProtocol
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// An agent that is told to end, by a person or by the death of its guardian, leaves nothing behind.
@Suite(.serialized) struct LaunchSignalTests {
    /// Starts a command with a grandchild in a session of its own; their process numbers.
    private func startCommand(_ parent: LinksParent) throws -> [pid_t] {
        let line = "trap '' TERM HUP INT; setsid sleep 600 & echo $$ $!; sleep 600"
        let (id, batch) = parent.nextBatch(LinksOverlay.shell(line, output: .stream))
        parent.link.send(.log(batch))
        let text = try parent.await("the numbers") { message -> String? in
            guard case .output(let segment) = message, segment.operation == id else { return nil }
            return (try? segment.body.unpacked()).map { String(buffer: $0) }
        }
        let pids = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        #expect(pids.count == 2 && pids.allSatisfy { kill($0, 0) == 0 })
        return pids
    }

    private func expectLeave(_ parent: LinksParent) throws {
        let reason = try parent.await("a leave") { message -> String? in
            if case .leave(let reason) = message { return reason }
            return nil
        }
        #expect(reason == "told to end by a signal")
    }

    private func expectGone(_ pids: [pid_t]) {
        for pid in pids { #expect(kill(pid, 0) == -1 && errno == ESRCH, "process \(pid) is still there") }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func signalledAgentLeavesNothing(_ signal: Int32) throws {
        let agent = try LinksAgent(LinksOverlay())
        let parent = try agent.join()
        let pids = try startCommand(parent)
        kill(agent.hello.processID, signal)
        try expectLeave(parent)
        #expect(try agent.waitForEnd() == 0)
        expectGone(pids + [agent.hello.processID])
        #expect(!agent.here.exists("agent"))
        #expect(agent.log == ["notice rank 3: ends: told to end by a signal"])
    }

    @Test func signalBeforeTheBootstrapLeavesNothing() throws {
        let agent = try LinksAgent(LinksOverlay())
        kill(agent.hello.processID, SIGTERM)
        _ = try agent.waitForEnd()
        expectGone([agent.hello.processID])
        #expect(!agent.here.exists("agent"))
        #expect(agent.log == ["notice ends: told to by a signal"])
    }

    @Test func killedGuardianLeavesNothingOnceTheAgentHasCleanedUp() throws {
        let agent = try LinksAgent(LinksOverlay())
        let parent = try agent.join()
        let pids = try startCommand(parent)
        kill(agent.guardian, SIGKILL)
        #expect(try agent.waitForEnd() == SIGKILL)
        try expectLeave(parent)
        // The link's end is the end of the agent's process: nothing else holds the channel.
        try parent.link.socket.waitForEnd()
        expectGone(pids)
        #expect(!agent.here.exists("agent"))
        #expect(agent.log == ["notice rank 3: ends: told to end by a signal"])
    }

    @Test func killedAgentLeavesNothingOnceTheGuardianHasCleanedUp() throws {
        let agent = try LinksAgent(LinksOverlay())
        let parent = try agent.join()
        let pids = try startCommand(parent)
        kill(agent.hello.processID, SIGKILL)
        #expect(try agent.waitForEnd() == (128 + SIGKILL) << 8)
        expectGone(pids + [agent.hello.processID])
        #expect(!agent.here.exists("agent"))
    }
}
