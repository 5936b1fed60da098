import CPlushSystem
import Glibc
import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// The commands of an agent: starts them, reads their output, notices their ends.
final class AgentProcesses {
    private struct Command {
        let operation: OperationID
        let pid: Int32
        var pipes: [OutputSegment.Stream: OutputPipe]
        var openPipes = 2
        var hasExited = false
        var watchTimer: Scheduled<Void>?
    }

    private let eventLoop: any EventLoop
    private let children: ChildProcesses
    private let directory: AgentDirectory
    private let makeEnvironment: () -> [String: String]
    private lazy var environment = makeEnvironment()
    private let post: (Event) -> Void
    let sockets: ApplicationSockets
    private var commands: [OperationID: Command] = [:]
    private var operationByProcess: [Int32: OperationID] = [:]

    /// `environment`: what every command gets besides its own variables; asked for once, by the first command.
    init(
        on eventLoop: any EventLoop, directory: AgentDirectory, children: ChildProcesses,
        environment: @escaping () -> [String: String], post: @escaping (Event) -> Void
    ) {
        self.eventLoop = eventLoop
        self.children = children
        self.directory = directory
        makeEnvironment = environment
        self.post = post
        sockets = ApplicationSockets(on: eventLoop, directory: directory, post: post)
    }

    func spawn(_ operation: OperationID, _ task: RunTask) {
        do {
            let child = try children.spawn(try request(operation, task))
            started(operation, task, child)
        } catch let error as ProcessError {
            sockets.close(operation)
            // What a shell returns: 127 for a program that is not there, 126 for one that cannot be run.
            let code: Int32 = error.cause == ENOENT ? 127 : 126
            post(.processNotStarted(operation, code: code, RuntimePaths.withoutPlace(error.description, of: directory)))
        } catch {
            sockets.close(operation)
            post(.processNotStarted(operation, code: 126, "\(error)"))
        }
    }

    private func request(_ operation: OperationID, _ task: RunTask) throws -> ChildProcessRequest {
        let place = try directory.place(of: task.application).path
        var variables = environment
        variables["PLUSH_DIRECTORY"] = place
        for variable in task.environment { variables[variable.name] = variable.value }
        // Commands of no application have no barriers, and a socket costs more than starting `true`.
        if !task.application.isEmpty {
            let socket = sockets.open(operation)
            if let path = socket.path { variables["PLUSH_SOCKET"] = path }
            if let problem = socket.problem { variables["PLUSH_SOCKET_PROBLEM"] = problem }
            variables["PLUSH_AGENT"] = RuntimePaths.agent
        }
        var arguments = task.arguments
        arguments[0] = RuntimePaths.resolve(program: arguments[0], in: place)
        return ChildProcessRequest(
            arguments: arguments, environment: variables,
            directory: RuntimePaths.resolve(task.workingDirectory, in: place), input: .null)
    }

    private func started(_ operation: OperationID, _ task: RunTask, _ child: SpawnedChild) {
        let isRead = task.output != .discard
        var command = Command(operation: operation, pid: child.pid, pipes: [:])
        for (stream, descriptor) in [
            (OutputSegment.Stream.standardOutput, child.standardOutput),
            (OutputSegment.Stream.standardError, child.standardError),
        ] {
            command.pipes[stream] = OutputPipe(descriptor, on: eventLoop) { [weak self] bytes in
                guard let self else { return }
                if bytes == nil { self.ended(operation) { $0.openPipes -= 1 } }
                guard isRead else { return }
                self.post(bytes.map { .output(operation, stream, $0) } ?? .outputEnded(operation, stream))
            }
        }
        command.watchTimer = eventLoop.assumeIsolated().scheduleTask(in: RuntimeLimits.pipeWatchDelay) { [weak self] in
            self?.watch(operation)
        }
        commands[operation] = command
        operationByProcess[child.pid] = operation
        post(.processStarted(operation))
    }

    /// A command of which nothing is left to come is forgotten.
    private func ended(_ operation: OperationID, _ change: (inout Command) -> Void) {
        guard var command = commands[operation] else { return }
        change(&command)
        commands[operation] = command.hasExited && command.openPipes <= 0 ? nil : command
    }

    private func watch(_ operation: OperationID) {
        guard let command = commands[operation] else { return }
        commands[operation]?.watchTimer = nil
        for stream in OutputSegment.Stream.allCases { command.pipes[stream]?.watch() }
    }

    /// Takes note of the commands that have ended.
    func reap() {
        for (pid, status) in children.reap() {
            guard let operation = operationByProcess.removeValue(forKey: pid), let command = commands[operation] else {
                continue
            }
            command.watchTimer?.cancel()
            for stream in OutputSegment.Stream.allCases { command.pipes[stream]?.drain() }
            ended(operation) { $0.hasExited = true }
            sockets.close(operation)
            switch status {
            case .exited(let code): post(.processExited(operation, .exited(code)))
            case .signalled(let number): post(.processExited(operation, .signalled(number)))
            }
        }
    }

    func signal(_ operation: OperationID, _ signal: ProcessSignal) {
        guard let command = commands[operation] else { return }
        children.signalGroup(command.pid, signal: signal == .kill ? SIGKILL : SIGTERM)
    }

    func setPaused(_ isPaused: Bool, _ operation: OperationID, _ stream: OutputSegment.Stream) {
        commands[operation]?.pipes[stream]?.setPaused(isPaused)
    }

    func closeOutput(_ operation: OperationID) {
        guard let command = commands[operation] else { return }
        for stream in OutputSegment.Stream.allCases { command.pipes[stream]?.close() }
        ended(operation) { $0.openPipes = 0 }
    }
}

/// Where things are on an agent's host.
enum RuntimePaths {
    /// This very executable, which is also the client of the application's socket.
    static let agent: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()

    /// A program with a slash that is not absolute starts in the application's directory; a bare word is looked for in
    /// the PATH.
    static func resolve(program: String, in directory: String) -> String {
        guard program.utf8.contains(UInt8(ascii: "/")), !program.hasPrefix("/") else { return program }
        return directory + "/" + program
    }

    /// A message without the place where applications are, which differs from host to host: equal failures must read
    /// equal, or nothing folds. What is left is the path as the specification has it.
    static func withoutPlace(_ message: String, of directory: AgentDirectory) -> String {
        let words = message.split(separator: " ", omittingEmptySubsequences: false)
        let slash = UInt8(ascii: "/")
        return words.map { word in
            let bytes = Array(word.utf8)
            func below(_ place: String) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>)? {
                bytes.firstOccurrence(of: Array("\(directory.path)/\(place)".utf8)).map {
                    (bytes[..<$0.lowerBound], bytes[$0.upperBound...])
                }
            }
            guard let found = below(AgentDirectory.commandName) ?? below("app/") else { return String(word) }
            let path = found.after.firstIndex(of: slash).map { found.after[($0 + 1)...] } ?? [UInt8(ascii: ".")]
            return String(decoding: found.before + path, as: UTF8.self)
        }.joined(separator: " ")
    }

    static func resolve(_ workingDirectory: String, in directory: String) -> String {
        if workingDirectory.isEmpty { return directory }
        return workingDirectory.hasPrefix("/") ? workingDirectory : directory + "/" + workingDirectory
    }
}
