import CPlushSystem
import NIOCore
import NIOPosix

/// What every run stands on: an event loop with its thread, a directory that goes with the run, and, for hosts that are
/// reached by SSH, what is known about them.
final class RunPlace: Sendable {
    let loop: any EventLoop
    /// The directory of the run.
    let path: String
    /// How hosts are reached, where that is by SSH.
    let plan: NIOLoopBound<SSHPlan>?
    private let group: MultiThreadedEventLoopGroup
    private let directory: NIOLoopBound<RunDirectory>

    /// `name`: unlike that of any other run. What the user should know on the way goes to `events`.
    init(
        _ pool: HostPool, name: String, agentPath: String, options: ControllerOptions, events: ControllerEvents
    ) async throws {
        plush_raise_open_files()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        self.group = group
        self.loop = loop
        do {
            (directory, path) = try await loop.submit {
                let directory = try RunDirectory(
                    below: options.temporaryDirectory ?? AgentLocation.temporaryDirectory, name: name,
                    agentPath: agentPath)
                return (NIOLoopBound(directory, eventLoop: loop), directory.path)
            }.get()
            switch pool {
            case .local:
                plan = nil
            case .ssh(let targets):
                let preparation = SSHPlan.Preparation(
                    overlayName: name, agentPath: agentPath, directory: path, loop: loop,
                    warn: { events.send(.warning($0)) })
                plan = try await SSHPlan.prepare(targets, options, preparation)
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Leaves nothing. Returns whether the directory is gone already.
    func end() async throws -> Bool {
        if let plan { try await SSHPlan.close(plan, on: loop) }
        let isGone = try await loop.submit { [directory] in
            directory.value.remove(waitMilliseconds: 5_000)
        }.get()
        try await group.shutdownGracefully()
        return isGone
    }
}
