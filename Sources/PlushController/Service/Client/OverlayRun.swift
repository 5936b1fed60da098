import Dispatch
import Glibc
import NIOCore
import PlushTree
import PlushWire
import Synchronization

/// One operation on an overlay that is up, as ``Controller`` is one on a tree of its own: told as a stream of events
/// that somebody has to read, and ended with an account.
public final class OverlayRun: Sendable {
    private struct State {
        var isInterrupted = false
        /// Whether the controller knows of the operation, so that it can be told to stop.
        var isAccepted = false
    }

    /// What happens, for one reader. One who stops reading makes the commands wait.
    public let events = ControllerEvents()
    private let client: OverlayClient
    private let hosts: OverlayHosts
    private let options: ControllerOptions
    private let state = Mutex(State())
    /// How far the reading of the socket may be ahead of whoever reads the events.
    private static let aheadMax = 64
    /// Begins at 0, because one that is let go below its first value traps.
    private let room = DispatchSemaphore(value: 0)

    /// A run for one operation. `options`: as for ``Controller/exec(_:)``, but for what concerns the launch.
    public init(_ client: OverlayClient, hosts: OverlayHosts, options: ControllerOptions = ControllerOptions()) {
        self.client = client
        self.hosts = hosts
        self.options = options
        for _ in 0..<Self.aheadMax { room.signal() }
    }

    /// Stops the operation everywhere; its account says `interrupted`.
    public func interrupt() {
        let isAccepted = state.withLock { state in
            state.isInterrupted = true
            return state.isAccepted
        }
        if isAccepted { try? client.socket.send(.interrupt) }
    }

    private var isInterrupted: Bool { state.withLock(\.isInterrupted) }

    /// Runs a command on some hosts of the overlay, as ``Controller/exec(_:)`` does. `accepted` is told its number.
    public func exec(
        _ words: [String], on targets: RankSet, accepted: @escaping @Sendable (UInt32) -> Void = { _ in }
    ) async throws -> Summary {
        defer { events.finish() }
        let request = request(words, targets)
        return try await BlockingWork.run { [self] _ in
            let files = try options.outputDirectory.map {
                try OutputFiles(directory: $0, hostNames: hosts.names, layout: .byHost)
            }
            files?.clear(targets)
            let begun = ContinuousClock.now
            do {
                let number = try begin(request)
                accepted(number)
                guard let summary = try follow(words.joined(separator: " "), files) else {
                    throw OverlayClient.oddAnswer
                }
                return summary.failing(files?.incomplete ?? RankSet(), "its output could not be kept here")
            } catch {
                guard isInterrupted, !state.withLock(\.isAccepted) else { throw error }
                var ledger = HostLedger(targets: targets)
                ledger.close(Outcome(.notStarted, detail: "interrupted"))
                let seconds = Double((ContinuousClock.now - begun).milliseconds) / 1_000
                return ledger.summary(forgiven: RankSet(), isInterrupted: true, seconds: seconds)
            }
        }
    }

    /// Lets a command run that nobody follows; returns its number.
    public func detach(_ words: [String], on targets: RankSet) async throws -> UInt32 {
        var request = request(words, targets)
        request.isDetached = true
        return try await BlockingWork.run { [self, request] _ in
            defer { events.finish() }
            return try begin(request)
        }
    }

    /// Tells again what an operation has told; `waits`: and what it will tell. Returns its account if it has ended.
    public func follow(_ job: OverlayJob, waits: Bool) async throws -> Summary? {
        defer { events.finish() }
        return try await BlockingWork.run { [self] _ in
            client.socket.setPatience(seconds: waits ? 0 : ServiceLimits.answerSeconds)
            try client.socket.send(.follow(operation: job.number, waits: waits))
            return try follow(job.command, nil)
        }
    }

    private func request(_ words: [String], _ targets: RankSet) -> ExecRequest {
        var request = ExecRequest(words: words, targets: targets)
        request.foldsOutput = options.foldsOutput
        request.commandMilliseconds = options.commandMilliseconds
        request.deadlineMilliseconds = options.deadlineMilliseconds
        request.graceMilliseconds = options.graceMilliseconds
        request.commandsMax = UInt32(clamping: options.commandsMax)
        request.progressMilliseconds = options.progressMilliseconds
        request.hasInput = options.inputDescriptor != nil
        return request
    }

    private func begin(_ request: ExecRequest) throws -> UInt32 {
        client.socket.setPatience(seconds: 0)
        try client.socket.send(.exec(request))
        guard case .accepted(let number) = try client.socket.receive() else { throw OverlayClient.oddAnswer }
        if let descriptor = options.inputDescriptor {
            events.send(.phase(.resources, detail: "standard input"))
            try sendInput(descriptor)
        }
        let isInterrupted = state.withLock { state in
            state.isAccepted = true
            return state.isInterrupted
        }
        if isInterrupted { try client.socket.send(.interrupt) }
        return number
    }

    private func sendInput(_ descriptor: Int32) throws {
        var block = [UInt8](repeating: 0, count: ServiceLimits.inputBytesMax)
        while true {
            // An interruption is looked for while nobody writes.
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&event, 1, Self.pollMilliseconds)
            if isInterrupted { throw CancellationError() }
            if isReady == 0 || (isReady < 0 && errno == EINTR) { continue }
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else {
                throw ControllerError(.usage, "standard input cannot be read: \(errorText())")
            }
            guard count > 0 else { return try client.socket.send(.inputEnd) }
            do {
                try client.socket.send(.input(ByteBuffer(bytes: block[..<count])))
            } catch {
                // Why it is not taken any more has been said before the connection was closed.
                _ = try client.socket.receive()
                throw error
            }
        }
    }

    private static let pollMilliseconds: Int32 = 200

    /// Hands events on until the operation has ended, or has told all that there is.
    private func follow(_ name: String, _ files: OutputFiles?) throws -> Summary? {
        while true {
            switch try client.socket.receive() {
            case .event(let event): send(event.named(name), files)
            case .ended(let summary): return summary
            case .caughtUp: return nil
            case .welcome, .failure, .accepted, .jobs, .status, .tree, .hosts, .done, .ranks:
                throw OverlayClient.oddAnswer
            }
        }
    }

    private func send(_ event: ControllerEvent, _ files: OutputFiles?) {
        if let files, case .output(let output) = event, let problem = files.write(output) {
            events.send(.warning(problem))
        }
        room.wait()
        events.send(event) { [room] in room.signal() }
    }
}

extension ControllerEvent {
    /// Output that does not say what it is of is that of the operation's own command.
    fileprivate func named(_ name: String) -> ControllerEvent {
        guard case .output(let output) = self, output.name.isEmpty else { return self }
        return .output(
            Output(
                name: name, ranks: output.ranks, isError: output.isError, number: output.number, bytes: output.bytes,
                isLast: output.isLast))
    }
}

extension Summary {
    /// The same account, in which these hosts have failed where they had not.
    fileprivate func failing(_ ranks: RankSet, _ detail: String) -> Summary {
        guard !ranks.isEmpty else { return self }
        var ledger = HostLedger(targets: targets)
        for bucket in buckets {
            for rank in bucket.ranks { ledger.record(bucket.outcome, rank) }
        }
        for rank in ranks { ledger.record(Outcome(.failed, code: 1, detail: detail), rank) }
        return ledger.summary(forgiven: forgiven, isInterrupted: isInterrupted, seconds: seconds)
    }
}
