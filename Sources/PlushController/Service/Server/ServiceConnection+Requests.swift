import Glibc
import NIOCore
import PlushWire

/// The input of a command on its way from its client, into a file.
final class OperationUpload {
    let operation: OverlayOperation
    let request: ExecRequest
    let file: StagingFile

    init(_ operation: OverlayOperation, _ request: ExecRequest, _ file: StagingFile) {
        self.operation = operation
        self.request = request
        self.file = file
    }
}

extension ServiceConnection {
    func answer(_ request: ServiceRequest) throws(ControllerError) {
        switch request {
        case .exec(let request): try exec(request)
        case .follow(let number, let waits): follow(try hub.operation(number), waits: waits)
        case .jobs: say(.jobs(hub.jobs))
        case .wait(let number): wait(for: try hub.operation(number))
        case .kill(let number): try kill(number)
        case .status: answer(hub.status()) { .status($0) }
        case .tree: say(.tree(hub.picture.edges))
        case .hosts: say(.hosts(names: hub.pool.names, fullNames: hub.pool.fullNames))
        case .missing(let number): answer(hub.missing(try hub.operation(number))) { .ranks($0) }
        case .end: end()
        case .interrupt: break
        case .hello, .input, .inputEnd:
            throw ControllerError(.usage, "this message has no place here")
        }
    }

    private func exec(_ request: ExecRequest) throws(ControllerError) {
        let operation = try hub.accept(request)
        say(.accepted(operation.number))
        guard request.hasInput else { return begin(operation, request, input: nil) }
        do {
            state = .uploading(OperationUpload(operation, request, try hub.inputFile()))
        } catch {
            let failure = ControllerError(.tree, "\(error)")
            operation.finish(.failure(failure))
            throw failure
        }
    }

    private func begin(_ operation: OverlayOperation, _ request: ExecRequest, input: Int32?) {
        state = .idle
        hub.start(operation, request, input: input)
        if !request.isDetached { follow(operation, waits: true) }
    }

    func add(_ request: ServiceRequest, to upload: OperationUpload) {
        do {
            switch request {
            case .input(let bytes):
                let total = upload.file.sizeBytes + Int64(bytes.readableBytes)
                guard total <= ServiceLimits.inputTotalBytesMax else {
                    throw ControllerError(
                        .usage, "the input has more than \(ServiceLimits.inputTotalBytesMax >> 30) GiB")
                }
                try bytes.withUnsafeReadableBytes { try upload.file.append($0) }
            case .inputEnd:
                upload.file.close()
                let descriptor = open(upload.file.location, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { throw ControllerError(.tree, "the input is gone: \(errorText())") }
                begin(upload.operation, upload.request, input: descriptor)
            case .interrupt:
                throw ControllerError(.usage, "interrupted before all of its input had come")
            case .hello, .exec, .follow, .jobs, .wait, .kill, .status, .tree, .hosts, .missing, .end:
                throw ControllerError(.usage, "a request came where input was to come")
            }
        } catch {
            let failure = error as? ControllerError ?? ControllerError(.tree, "\(error)")
            state = .idle
            upload.operation.finish(.failure(failure))
            refuse(failure)
        }
    }

    private func wait(for operation: OverlayOperation) {
        state = .waiting
        operation.whenEnded { [weak self] frame in self?.answered { $0.send(frame) } }
    }

    private func kill(_ number: UInt32) throws(ControllerError) {
        let operation = try hub.operation(number)
        guard !operation.hasEnded else {
            throw ControllerError(.usage, "operation \(number) has ended already")
        }
        operation.interrupt()
        say(.done)
    }

    private func answer<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ reply: @escaping (Value) -> ServiceReply
    ) {
        state = .waiting
        future.assumeIsolated().whenComplete { [weak self] result in
            self?.answered { connection in
                switch result {
                case .success(let value): connection.say(reply(value))
                case .failure(let error):
                    connection.say(.failure(ControllerError(.tree, "\(error)"), isFinal: false))
                }
            }
        }
    }

    private func answered(_ body: (ServiceConnection) -> Void) {
        guard case .waiting = state else { return }
        state = .idle
        body(self)
    }

    private func end() {
        state = .waiting
        hub.end { [self] in
            guard let context else { return hub.loop.makeSucceededVoidFuture() }
            return context.writeAndFlush(wrapOutboundOut(ServiceReply.done.encode()))
        }
    }

    // MARK: - Following

    private func follow(_ operation: OverlayOperation, waits: Bool) {
        state = .following(operation, SpoolReader(operation.spool), waits: waits)
        operation.add(self)
        if operation.spool.droppedBytes > 0 {
            let mebibytes = max(1, operation.spool.droppedBytes >> 20)
            say(.event(.warning("the first \(mebibytes) MiB of what it told are not kept any more")))
        }
        pump()
    }
}

extension ServiceConnection: OperationFollower {
    var part: Int {
        guard case .following(_, let reader, _) = state else { return Int.max }
        return reader.part
    }

    /// Sends as much as the client takes now.
    func pump() {
        guard case .following(let operation, let reader, let waits) = state, let context else { return }
        var hasRead = false
        do {
            while context.channel.isWritable, let bytes = try reader.next(max: ServiceLimits.readBytes) {
                hasRead = true
                // What is written at once leaves the channel writable; what is not comes back by its own call.
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            }
        } catch {
            return refuse(error as? ControllerError ?? ControllerError(.tree, "\(error)"))
        }
        guard !isClosed else { return }
        if hasRead { operation.advanced() }
        guard reader.isAtEnd else { return }
        if let end = operation.end {
            stopFollowing(operation)
            send(end)
        } else if !waits {
            stopFollowing(operation)
            say(.caughtUp)
        }
    }

    private func stopFollowing(_ operation: OverlayOperation) {
        state = .idle
        operation.remove(self)
    }

    func letGo() {
        refuse(
            ControllerError(
                .tree, "nothing was read for a minute, and the commands could not wait any longer",
                remedy: "they go on; plush logs -f shows what is kept"))
    }
}
