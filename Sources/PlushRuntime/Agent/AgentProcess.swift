import CPlushSystem
import Glibc
import Logging
import NIOCore
import NIOPosix
import PlushSeal
import PlushWire

/// The agent's process, from its arguments to its end. `plush-agent` is little more than a call of
/// ``run(argumentCount:argumentVector:)``; what it does before the Swift runtime starts is in CPlushAgentStart.
public enum AgentProcess {
    /// What the launcher says on the command line. Nothing secret: secrets come over the launch channel.
    struct Arguments {
        var directory = ""
        var listenAddress = "127.0.0.1"
        var logPath: String?

        init(_ words: [String]) throws {
            var rest = words.dropFirst()
            while let word = rest.popFirst() {
                guard let value = rest.popFirst() else { throw AgentError("\(word) needs a value") }
                switch word {
                case "--directory": directory = value
                case "--listen": listenAddress = value
                case "--log": logPath = value
                default: throw AgentError("unknown option \(word)")
                }
            }
            guard directory.hasPrefix("/") else { throw AgentError("--directory needs an absolute path") }
        }
    }

    /// The option under which the same file serves as the janitor of a controller's directory: CPlushAgentStart sees to
    /// that before this type is ever reached.
    package static let janitorOption = PLUSH_JANITOR_OPTION

    /// Runs until the agent ends, and never returns.
    public static func run(argumentCount: Int32, argumentVector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>)
        -> Never
    {
        let words = (0..<Int(argumentCount)).compactMap { argumentVector[$0].map { String(cString: $0) } }
        if words.count > 1, ApplicationClient.words.contains(words[1]) {
            exit(ApplicationClient.run(Array(words.dropFirst())))
        }
        do {
            let arguments = try Arguments(words)
            // Before anything else, while there is one thread: from here on this is the guardian's child. As a rule it
            // has been since before the Swift runtime started.
            guard plush_guard(arguments.directory, argumentCount, argumentVector) == 0 else {
                throw AgentError("cannot start the guardian: \(String(cString: plush_error_words(errno)))")
            }
            try begin(arguments)
        } catch {
            let line = Array("plush-agent: \(error)\n".utf8)
            _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            exit(2)
        }
    }

    private static func begin(_ arguments: Arguments) throws -> Never {
        signal(SIGPIPE, SIG_IGN)
        // Before there is anything to leave behind: the guardian's death is a signal too.
        let signals = plush_agent_signal_descriptor()
        guard signals >= 0 else { throw AgentError("cannot watch for signals") }
        plush_raise_open_files()
        let directory = try AgentDirectory(creatingAt: arguments.directory)
        let children = try ChildProcesses()
        let log = logger(arguments)
        let channelEnds = (input: dup(0), output: dup(1))
        _ = fcntl(channelEnds.input, F_SETFD, FD_CLOEXEC)
        _ = fcntl(channelEnds.output, F_SETFD, FD_CLOEXEC)
        guard plush_detach_standard_streams() == 0 else { throw AgentError("cannot let go of the standard streams") }
        // The main thread is the event loop: commands die with the thread that started them, and this one stays.
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
            let start = AgentStart(
                on: eventLoop, arguments: arguments, directory: directory, children: children, log: log)
            start.watch(signals)
            start.open(channelEnds.input, channelEnds.output)
        }
        _exit(0)
    }

    private static func logger(_ arguments: Arguments) -> Logger {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        let descriptor = arguments.logPath.map { open($0, flags, 0o600) } ?? -1
        return Logger(label: "plush-agent") { _ in DescriptorLogHandler(descriptor: descriptor) }
    }
}

/// From the launch channel to the bootstrap.
final class AgentStart {
    private let eventLoop: any EventLoop
    private let arguments: AgentProcess.Arguments
    private let directory: AgentDirectory
    private let children: ChildProcesses
    private let log: Logger
    private let end: AgentEnd
    private let launch = LaunchChannel(awaitsMarker: false)
    private let listener: LinkListener
    private var host: AgentHost?
    private var timer: Scheduled<Void>?

    init(
        on eventLoop: any EventLoop, arguments: AgentProcess.Arguments, directory: AgentDirectory,
        children: ChildProcesses, log: Logger
    ) {
        self.eventLoop = eventLoop
        self.arguments = arguments
        self.directory = directory
        self.children = children
        self.log = log
        end = AgentEnd(directory: directory, children: children)
        listener = LinkListener(on: eventLoop)
        listener.refused = { log.notice("\($0)") }
    }

    /// Ends the agent, cleanly, when a signal other than that of a child's end comes.
    func watch(_ signals: Int32) {
        SignalReader.watch(signals, on: eventLoop) { number in
            if number == SIGCHLD {
                self.host?.reap()
                return
            }
            self.end.isSignalled = true
            guard let host = self.host else {
                self.log.notice("ends: told to by a signal")
                self.end.exit(1)
            }
            host.terminateBySignal()
        }
    }

    func open(_ input: Int32, _ output: Int32) {
        let staticKey: StaticKeyPair
        do {
            staticKey = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
        } catch {
            fail("\(error)")
            return
        }
        launch.received = { message in self.received(message, staticKey) }
        launch.closed = { self.launcherGone($0) }
        timer = eventLoop.assumeIsolated().scheduleTask(in: RuntimeLimits.bootstrapTime) {
            self.fail("no bootstrap came")
        }
        launchChannel(input, output)
            .assumeIsolated()
            .flatMap { _ in self.listen() }
            .whenComplete { result in
                switch result {
                case .success(let port): self.sayHello(staticKey, port: port)
                case .failure(let error): self.fail("\(error)")
                }
            }
    }

    /// A launcher on this machine hands over one socket, which spares the agent a second kind of channel (see
    /// ``SignalReader``); others have two pipes.
    private func launchChannel(_ input: Int32, _ output: Int32) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(launch, eventLoop: eventLoop)
        let initialize: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
        }
        if Self.isOneSocket(input, output) {
            close(output)
            return ClientBootstrap(group: eventLoop)
                .channelOption(.writeBufferWaterMark, value: .links)
                .channelInitializer(initialize)
                .withConnectedSocket(input)
        }
        return NIOPipeBootstrap(group: eventLoop)
            .channelOption(.writeBufferWaterMark, value: .links)
            .channelInitializer(initialize)
            .takingOwnershipOfDescriptors(input: input, output: output)
    }

    private static func isOneSocket(_ input: Int32, _ output: Int32) -> Bool {
        var (first, second) = (stat(), stat())
        guard fstat(input, &first) == 0, fstat(output, &second) == 0 else { return false }
        return first.st_mode & S_IFMT == S_IFSOCK && first.st_ino == second.st_ino && first.st_dev == second.st_dev
    }

    /// An agent that cannot listen can still be a leaf.
    private func listen() -> EventLoopFuture<UInt16> {
        let eventLoop = eventLoop
        return listener.listen(on: arguments.listenAddress).flatMapError { _ in eventLoop.makeSucceededFuture(0) }
    }

    private func sayHello(_ staticKey: StaticKeyPair, port: UInt16) {
        guard let key = PublicKey(staticKey.publicKey) else { return fail("no key") }
        let hello = AgentHello(
            version: WireLimits.version, key: key, port: port, processID: getpid(),
            build: String(cString: plush_build_version()))
        launch.send(.hello(hello), afterMarker: true)
    }

    private func received(_ message: LaunchMessage, _ staticKey: StaticKeyPair) {
        guard host == nil, case .bootstrap(let bootstrap) = message else {
            fail("unexpected message on the launch channel")
            return
        }
        timer?.cancel()
        do {
            let host = try AgentHost(
                on: eventLoop, bootstrap: bootstrap, staticKey: staticKey, directory: directory, children: children,
                launch: launch, end: end, log: log)
            self.host = host
            host.start(listener)
        } catch {
            fail("\(error)")
        }
    }

    private func launcherGone(_ reason: String) {
        if let host { return host.launchChannelClosed() }
        log.error("ends: \(reason)")
        end.exit(1)
    }

    private func fail(_ reason: String) {
        log.error("\(reason)")
        launch.send(.failed(reason))
        eventLoop.assumeIsolated().scheduleTask(in: RuntimeLimits.lastWordsTime) { self.end.exit(1) }
    }
}
