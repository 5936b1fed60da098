import CPlushSystem
import Glibc
import NIOCore
import NIOPosix
import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire

/// Starts agents as processes on this machine, each with its own directory and a socket pair as its launch channel.
final class LocalLauncher {
    private struct Agent {
        let guardian: Int32
        var channel: LaunchChannel?
        var process: Int32 = 0
        var hasSpoken = false
        var hasAttached = false
        var hasEnded = false
    }

    private let eventLoop: any EventLoop
    private let directory: String
    private let options: ControllerOptions
    private let agentPath: String
    private let post: (Event) -> Void
    private var agents: [Rank: Agent] = [:]

    init(
        on eventLoop: any EventLoop, directory: String, agentPath: String, options: ControllerOptions,
        post: @escaping (Event) -> Void
    ) {
        self.eventLoop = eventLoop
        self.directory = directory
        self.agentPath = agentPath
        self.options = options
        self.post = post
    }

    func start(_ rank: Rank, host: String) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            post(.agentFailed(rank, "no more open files on the controller (see ulimit -n)"))
            return
        }
        defer { close(ends[1]) }
        var arguments = [options.agentPathByRank[rank] ?? agentPath, "--directory", "\(directory)/\(host)"]
        if let log = options.agentLogPath { arguments += ["--log", log] }
        do {
            let pid = try AgentSpawn.start(arguments, input: ends[1], output: ends[1])
            agents[rank] = Agent(guardian: pid)
            connect(rank, ends[0])
        } catch {
            close(ends[0])
            post(.agentFailed(rank, (error as? ControllerError)?.message ?? "\(error)"))
        }
    }

    private func connect(_ rank: Rank, _ descriptor: Int32) {
        let channel = LaunchChannel(awaitsMarker: true)
        agents[rank]?.channel = channel
        channel.received = { [weak self] in self?.received($0, from: rank) }
        channel.closed = { [weak self] in self?.closed($0, from: rank) }
        let bound = NIOLoopBound(channel, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.writeBufferWaterMark, value: .links)
            .channelInitializer { pipe in
                pipe.eventLoop.makeCompletedFuture { try pipe.pipeline.syncOperations.addHandler(bound.value) }
            }
            .withConnectedSocket(descriptor)
            .assumeIsolated()
            .whenFailure { error in self.post(.agentFailed(rank, "\(error)")) }
    }

    private func received(_ message: LaunchMessage, from rank: Rank) {
        switch message {
        case .hello(let hello):
            agents[rank]?.hasSpoken = true
            agents[rank]?.process = max(0, hello.processID)
            post(.agentHello(rank, hello, .loopback(port: hello.port)))
        case .failed(let reason):
            post(.agentFailed(rank, reason))
        case .attached:
            agents[rank]?.hasAttached = true
        case .bootstrap:
            post(.agentFailed(rank, "the agent sent a bootstrap"))
        }
    }

    private func closed(_ reason: String, from rank: Rank) {
        guard let agent = agents[rank], !agent.hasAttached else { return }
        post(
            .agentFailed(
                rank,
                agent.hasSpoken
                    ? "the agent ended before it joined" : "what was started is no agent, or it ended at once"))
    }

    func send(_ bootstrap: Bootstrap, to rank: Rank) {
        agents[rank]?.channel?.send(.bootstrap(bootstrap))
    }

    /// The launch channel of one of the root's own children becomes its link.
    func giveWay(_ rank: Rank, to link: LinkHandler) {
        agents[rank]?.channel?.giveWay(to: link)
    }

    /// Stops what was started for a host.
    func abandon(_ rank: Rank) {
        guard let agent = agents[rank] else { return }
        agent.channel?.close()
        kill(rank)
    }

    /// The process of an agent that has spoken; 0 before.
    func process(of rank: Rank) -> Int32 {
        agents[rank]?.process ?? 0
    }

    /// The agent is killed, its guardian cleans up after it. Before an agent has spoken there is no guardian to rely
    /// on, and the whole group that was started goes.
    private func kill(_ rank: Rank) {
        guard let agent = agents[rank], !agent.hasEnded else { return }
        // The number came from the agent: it is believed only while that process is its guardian's child.
        if agent.process > 1, ProcessTable.parent(of: agent.process) == agent.guardian {
            Glibc.kill(agent.process, SIGKILL)
        } else {
            Glibc.kill(-agent.guardian, SIGKILL)
        }
    }

    /// Reaps guardians that have ended; returns how many live.
    func reap() -> Int {
        var living = 0
        for (rank, agent) in agents where !agent.hasEnded {
            var reaped = plush_reaped()
            if plush_reap(agent.guardian, &reaped) == 0 { living += 1 } else { agents[rank]?.hasEnded = true }
        }
        return living
    }

    /// Kills every agent that has not ended.
    func killAll() {
        for rank in agents.keys { kill(rank) }
    }
}

/// What the kernel says of processes.
enum ProcessTable {
    /// The parent of a process; nil when there is no such process.
    static func parent(of process: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // After the name, which may hold anything: state, then the parent.
        let fields = bytes[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? Int32(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
