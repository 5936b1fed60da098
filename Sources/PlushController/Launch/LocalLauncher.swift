import CPlushSystem
import Glibc
import NIOCore
import NIOPosix
import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire

/// Starts agents as processes on this machine, each with its own directory and a socket pair as its launch channel.
final class LocalLauncher: AgentLauncher {
    private struct Agent {
        let guardian: Int32
        let dialog: LaunchDialog
        var hasEnded = false
    }

    private let eventLoop: any EventLoop
    private let directory: String
    private let options: ControllerOptions
    private let agentPath: String
    private let hostNames: [String]
    private let post: (Event) -> Void
    private var agents: [Rank: Agent] = [:]

    init(
        on eventLoop: any EventLoop, directory: String, agentPath: String, hostNames: [String],
        options: ControllerOptions, post: @escaping (Event) -> Void
    ) {
        self.eventLoop = eventLoop
        self.directory = directory
        self.agentPath = Self.executable(agentPath, for: hostNames.count, in: directory)
        self.hostNames = hostNames
        self.options = options
        self.post = post
    }

    /// From so many agents on, the 6 to 35 ms of a copy that the kernel maps in large pieces are worth it: a third of
    /// each agent's page faults.
    private static let copyThreshold = 128

    private static func executable(_ path: String, for count: Int, in directory: String) -> String {
        let copy = "\(directory)/plush-agent"
        return count >= copyThreshold && plush_copy_executable(path, copy) == 0 ? copy : path
    }

    func start(_ rank: Rank) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            post(.agentFailed(rank, "no more open files on the controller (see ulimit -n)"))
            return
        }
        defer { close(ends[1]) }
        let home = "\(directory)/\(hostNames[Int(rank.value)])"
        var arguments = [options.agentPathByRank[rank] ?? agentPath, "--directory", home]
        if let log = options.agentLogPath { arguments += ["--log", log] }
        do {
            let guardian = try AgentSpawn.start(arguments, input: ends[1], output: ends[1])
            let dialog = LaunchDialog(rank, post: post)
            agents[rank] = Agent(guardian: guardian, dialog: dialog)
            connect(dialog, ends[0])
        } catch {
            close(ends[0])
            post(.agentFailed(rank, (error as? ControllerError)?.message ?? "\(error)"))
        }
    }

    private func connect(_ dialog: LaunchDialog, _ descriptor: Int32) {
        let bound = NIOLoopBound(dialog, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.writeBufferWaterMark, value: .links)
            .channelInitializer { pipe in
                pipe.eventLoop.makeCompletedFuture { try pipe.pipeline.syncOperations.addHandler(bound.value.channel) }
            }
            .withConnectedSocket(descriptor)
            .assumeIsolated()
            .whenFailure { error in dialog.fail("\(error)") }
    }

    func send(_ bootstrap: Bootstrap, to rank: Rank) {
        agents[rank]?.dialog.send(bootstrap)
    }

    func giveWay(_ rank: Rank, to link: LinkHandler) {
        agents[rank]?.dialog.channel.giveWay(to: link)
    }

    func abandon(_ rank: Rank) {
        guard let agent = agents[rank] else { return }
        agent.dialog.close()
        kill(rank)
    }

    func process(of rank: Rank) -> Int32 {
        agents[rank]?.dialog.process ?? 0
    }

    /// The agent is killed, its guardian cleans up after it. Before an agent has spoken there is no guardian to rely
    /// on, and the whole group that was started goes.
    private func kill(_ rank: Rank) {
        guard let agent = agents[rank], !agent.hasEnded else { return }
        let process = agent.dialog.process
        // The number came from the agent: it is believed only while that process is its guardian's child.
        if process > 1, ProcessTable.parent(of: process) == agent.guardian {
            Glibc.kill(process, SIGKILL)
        } else {
            Glibc.kill(-agent.guardian, SIGKILL)
        }
    }

    private static let reapIntervalMilliseconds: Int64 = 5
    /// How long what was killed is waited for.
    private static let killedMilliseconds: Int64 = 5_000

    func end(withinMilliseconds milliseconds: Int64) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        end(left: milliseconds, promise)
        return promise.futureResult
    }

    private func end(left: Int64, _ promise: EventLoopPromise<Void>) {
        guard reap() > 0, left > -Self.killedMilliseconds else {
            promise.succeed()
            return
        }
        if left <= 0, left > -Self.reapIntervalMilliseconds {
            for rank in agents.keys { kill(rank) }
        }
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Self.reapIntervalMilliseconds)) {
            self.end(left: left - Self.reapIntervalMilliseconds, promise)
        }
    }

    /// Reaps guardians that have ended; returns how many live.
    private func reap() -> Int {
        var living = 0
        for (rank, agent) in agents where !agent.hasEnded {
            var reaped = plush_reaped()
            if plush_reap(agent.guardian, &reaped) == 0 { living += 1 } else { agents[rank]?.hasEnded = true }
        }
        return living
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
