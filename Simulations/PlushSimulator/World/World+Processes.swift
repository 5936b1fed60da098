import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Commands and collections: by script, under virtual time.
extension World {
    func spawn(_ id: OperationID, _ task: RunTask, on host: WorldHost) {
        records.spawns[SpawnKey(operation: id, rank: host.rank), default: 0] += 1
        records.issued[id]?.spawned.insert(host.rank)
        if !checkers.isEmpty { observe(.spawned(id, task, host)) }
        let script = script(host.rank, id)
        if let failure = script.startFailure {
            soon(host, .processNotStarted(id, code: failure.code, failure.reason))
            return
        }
        let process = WorldProcess(id, on: host, script, isRead: task.output != .discard, at: now)
        host.processes[id] = process
        soon(host, .processStarted(id))
        schedule(
            .process(process, .exit(.exited(script.exit))),
            afterMilliseconds: script.milliseconds * host.machine.slowness)
        guard task.output != .discard else { return }
        for stream in [OutputSegment.Stream.standardOutput, .standardError] {
            records.written[StreamKey(operation: id, rank: host.rank, stream: stream)] = ByteBuffer()
            read(stream, of: process)
        }
    }

    /// Something that a runtime tells its node a moment later.
    func soon(_ host: WorldHost, milliseconds: UInt64 = 0, _ event: Event) {
        schedule(
            .tell(.host(host.rank), boot: host.boot, event), afterNanoseconds: 10_000 + milliseconds * 1_000_000)
    }

    /// What a runtime tells its node. Of a collection that has been closed nothing is read any more.
    func tell(_ host: WorldHost, _ event: Event) {
        if case .output(let id, .collection, let bytes) = event {
            guard !host.closedCollections.contains(id) else { return }
            records.written[StreamKey(operation: id, rank: host.rank, stream: .collection)] = bytes
        }
        give(.host(host.rank), event)
    }

    func perform(_ step: Occurrence.ProcessStep, of process: WorldProcess) {
        guard process.host.boot == process.boot else { return }
        switch step {
        case .read(let stream): readNow(stream, of: process)
        case .exit(let exit): self.exit(process, exit)
        }
    }

    private func read(_ stream: OutputSegment.Stream, of process: WorldProcess) {
        guard !process.isReading.contains(stream) else { return }
        process.isReading.append(stream)
        schedule(.process(process, .read(stream)), afterNanoseconds: 20_000)
    }

    private func readNow(_ stream: OutputSegment.Stream, of process: WorldProcess) {
        let host = process.host
        process.isReading.removeAll { $0 == stream }
        guard !host.isGone, !process.isClosed, !process.ended.contains(stream) else { return }
        guard host.life != .frozen else {
            // A frozen agent does not read.
            process.isReading.append(stream)
            schedule(.process(process, .read(stream)), afterMilliseconds: 10)
            return
        }
        guard !process.paused.contains(stream), var unread = process.unread[stream] else { return }
        if let bytes = unread.readSlice(length: min(16 << 10, unread.readableBytes)), bytes.readableBytes > 0 {
            process.unread[stream] = unread
            let key = StreamKey(operation: process.id, rank: host.rank, stream: stream)
            records.written[key, default: ByteBuffer()].writeImmutableBuffer(bytes)
            give(.host(host.rank), .output(process.id, stream, bytes))
            read(stream, of: process)
        } else if process.isExited, !process.script.leavesPipesOpen {
            process.ended.append(stream)
            give(.host(host.rank), .outputEnded(process.id, stream))
        }  // else: the end of the command reads on
    }

    func resume(_ id: OperationID, _ stream: OutputSegment.Stream, on host: WorldHost) {
        guard let process = host.processes[id] else { return }
        if !process.paused.contains(stream) { fault("rank \(host.rank) resumed a stream that was not paused") }
        process.paused.removeAll { $0 == stream }
        read(stream, of: process)
    }

    private func exit(_ process: WorldProcess, _ exit: ProcessExit) {
        let host = process.host
        guard !process.isExited, !host.isGone, host.processes[process.id] === process else { return }
        guard process.fitsIntoPipes else {
            // It is blocked in a write.
            schedule(.process(process, .exit(exit)), afterMilliseconds: 5)
            return
        }
        process.isExited = true
        records.exits[SpawnKey(operation: process.id, rank: host.rank)] = exit
        records.issued[process.id]?.exited.insert(host.rank)
        give(.host(host.rank), .processExited(process.id, exit))
        for stream in [OutputSegment.Stream.standardOutput, .standardError] where process.unread[stream] != nil {
            read(stream, of: process)
        }
    }

    func signal(_ id: OperationID, _ signal: ProcessSignal, on host: WorldHost) {
        if records.spawns[SpawnKey(operation: id, rank: host.rank)] == nil {
            fault("rank \(host.rank) signalled a command that it does not have")
        }
        guard let process = host.processes[id], !process.isExited else { return }
        if signal == .terminate, process.script.ignoresTerminate { return }
        process.stopWriting()
        let number: Int32 = signal == .terminate ? 15 : 9
        schedule(.process(process, .exit(.signalled(number))), afterNanoseconds: 50_000)
    }

    func closeOutput(of id: OperationID, on host: WorldHost) {
        if let process = host.processes[id] {
            process.isClosed = true
        } else {
            host.closedCollections.insert(id)
        }
    }

    func stopProcesses(of host: WorldHost) {
        for process in host.processes.values { process.isExited = true }
    }

    /// A collection is a stream that a script's standard output stands for.
    func collect(_ id: OperationID, _ task: CollectTask, on host: WorldHost) {
        let bytes = script(host.rank, id).standardOutput
        soon(host, .output(id, .collection, bytes))
        soon(host, milliseconds: 1, .outputEnded(id, .collection))
        soon(host, milliseconds: 1, .collected(id, failure: nil))
    }
}
