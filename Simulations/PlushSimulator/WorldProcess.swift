import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// A simulated command: two pipes, an end, and manners.
package final class WorldProcess {
    /// What a pipe holds that nobody reads (Linux).
    package static let pipeBytes = 64 << 10

    package let script: ProcessScript
    package let beganAt: UInt64
    package var unread: [OutputSegment.Stream: ByteBuffer] = [:]
    package var paused: [OutputSegment.Stream] = []
    package var ended: [OutputSegment.Stream] = []
    package var isExited = false
    package var isClosed = false
    package var isReading: [OutputSegment.Stream] = []

    package init(_ script: ProcessScript, isRead: Bool, at now: UInt64) {
        self.script = script
        beganAt = now
        guard isRead else { return }
        unread[.standardOutput] = script.standardOutput
        unread[.standardError] = script.standardError
    }

    package func pause(_ stream: OutputSegment.Stream) {
        if !paused.contains(stream) { paused.append(stream) }
    }

    /// Whether all that is left fits into the pipes, so that the command can have written it and ended.
    package var fitsIntoPipes: Bool {
        unread.values.allSatisfy { $0.readableBytes <= Self.pipeBytes }
    }

    /// What was not written yet will never be.
    package func stopWriting() {
        for (stream, bytes) in unread where bytes.readableBytes > Self.pipeBytes {
            unread[stream] = bytes.getSlice(at: bytes.readerIndex, length: Self.pipeBytes)
        }
    }
}

extension World {
    package func spawn(_ id: OperationID, _ task: RunTask, on host: WorldHost) {
        spawns[SpawnKey(operation: id, rank: host.rank), default: 0] += 1
        let script = script(host.rank, id)
        if let failure = script.startFailure {
            soon(host) { .processNotStarted(id, code: failure.code, failure.reason) }
            return
        }
        let process = WorldProcess(script, isRead: task.output != .discard, at: now)
        host.processes[id] = process
        soon(host) { .processStarted(id) }
        schedule(afterMilliseconds: script.milliseconds) { [unowned self] in
            exit(id, process, .exited(script.exit), on: host)
        }
        guard task.output != .discard else { return }
        for stream in [OutputSegment.Stream.standardOutput, .standardError] {
            written[StreamKey(operation: id, rank: host.rank, stream: stream)] = ByteBuffer()
            read(id, process, stream, on: host)
        }
    }

    /// Something that a runtime tells its node a moment later.
    package func soon(_ host: WorldHost, milliseconds: UInt64 = 0, _ event: @escaping () -> Event) {
        schedule(afterNanoseconds: 10_000 + milliseconds * 1_000_000) { [unowned self] in
            give(.host(host.rank), event())
        }
    }

    private func read(
        _ id: OperationID, _ process: WorldProcess, _ stream: OutputSegment.Stream, on host: WorldHost
    ) {
        guard !process.isReading.contains(stream) else { return }
        process.isReading.append(stream)
        schedule(afterNanoseconds: 20_000) { [unowned self] in
            process.isReading.removeAll { $0 == stream }
            // A frozen agent does not read.
            guard !host.isGone, !process.isClosed, !process.ended.contains(stream) else { return }
            guard host.life != .frozen else {
                schedule(afterMilliseconds: 10) { [unowned self] in read(id, process, stream, on: host) }
                return
            }
            guard !process.paused.contains(stream) else { return }
            guard var unread = process.unread[stream] else { return }
            if let bytes = unread.readSlice(length: min(16 << 10, unread.readableBytes)), bytes.readableBytes > 0 {
                process.unread[stream] = unread
                let key = StreamKey(operation: id, rank: host.rank, stream: stream)
                written[key, default: ByteBuffer()].writeImmutableBuffer(bytes)
                give(.host(host.rank), .output(id, stream, bytes))
                read(id, process, stream, on: host)
            } else if process.isExited, !process.script.leavesPipesOpen {
                process.ended.append(stream)
                give(.host(host.rank), .outputEnded(id, stream))
            }  // else: the end of the command reads on
        }
    }

    package func resume(_ id: OperationID, _ stream: OutputSegment.Stream, on host: WorldHost) {
        guard let process = host.processes[id] else { return }
        if !process.paused.contains(stream) { fault("rank \(host.rank) resumed a stream that was not paused") }
        process.paused.removeAll { $0 == stream }
        read(id, process, stream, on: host)
    }

    private func exit(_ id: OperationID, _ process: WorldProcess, _ exit: ProcessExit, on host: WorldHost) {
        guard !process.isExited, !host.isGone, host.processes[id] === process else { return }
        guard process.fitsIntoPipes else {
            // It is blocked in a write.
            schedule(afterMilliseconds: 5) { [unowned self] in self.exit(id, process, exit, on: host) }
            return
        }
        process.isExited = true
        give(.host(host.rank), .processExited(id, exit))
        for stream in [OutputSegment.Stream.standardOutput, .standardError] where process.unread[stream] != nil {
            read(id, process, stream, on: host)
        }
    }

    package func signal(_ id: OperationID, _ signal: ProcessSignal, on host: WorldHost) {
        if spawns[SpawnKey(operation: id, rank: host.rank)] == nil {
            fault("rank \(host.rank) signalled a command that it does not have")
        }
        guard let process = host.processes[id], !process.isExited else { return }
        if signal == .terminate, process.script.ignoresTerminate { return }
        process.stopWriting()
        let number: Int32 = signal == .terminate ? 15 : 9
        schedule(afterNanoseconds: 50_000) { [unowned self] in
            exit(id, process, .signalled(number), on: host)
        }
    }

    package func stopProcesses(of host: WorldHost) {
        for process in host.processes.values { process.isExited = true }
    }

    package var runningProcesses: Int {
        hosts.reduce(0) { $0 + $1.processes.values.count { !$0.isExited } }
    }

    /// A collection is a stream that a script's standard output stands for.
    package func collect(_ id: OperationID, _ task: CollectTask, on host: WorldHost) {
        let bytes = script(host.rank, id).standardOutput
        written[StreamKey(operation: id, rank: host.rank, stream: .collection)] = bytes
        soon(host) { .output(id, .collection, bytes) }
        soon(host, milliseconds: 1) { .outputEnded(id, .collection) }
        soon(host, milliseconds: 1) { .collected(id, failure: nil) }
    }
}
