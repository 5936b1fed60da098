import NIOCore

/// The way from a TCP connection to a command's end. Each step returns whether another may follow at once.
extension SSHConnection {
    func start(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        guard
            let session = SSHSession(
                hostKeyAlgorithms: options.hostKeyAlgorithms, keyExchanges: options.keyExchanges)
        else {
            fail(
                SSHFailure(
                    .session, "no SSH session could be made", remedy: "look for a lack of memory or descriptors"))
            return
        }
        state = .greeting(session)
        owner?.reached(.greeting, self)
        drive()
    }

    func received(_ bytes: ByteBuffer) {
        var bytes = bytes
        if case .greeting(let session) = state {
            let hadSaidSomething = !greeting.said.isEmpty
            switch greeting.receive(&bytes) {
            case .incomplete:
                // Whoever waits for a greeting hears that something else was said.
                if !hadSaidSomething, !greeting.said.isEmpty { owner?.reached(.greeting, self) }
                return
            case .failed(let failure):
                fail(failure)
                return
            case .identified(let identification):
                session.feed(ByteBuffer(bytes: identification + Array("\r\n".utf8)))
                state = .keyExchange(session)
                owner?.reached(.keyExchange, self)
            }
        }
        guard let session = state.session else { return }
        session.feed(bytes)
        if case .ready = state, session.input.readableBytes > SSHLimits.idleInputBytesMax {
            fail(SSHFailure(.closed, "the server sends data that nobody asked for"))
            return
        }
        drive()
    }

    /// The server sends nothing more: what it has sent counts, then the connection is lost.
    func inputEnded() {
        guard !inputHasEnded else { return }
        inputHasEnded = true
        drive()
        guard state.session != nil else { return }
        fail(failure(SSHSession.Progress.waiting))
    }

    /// One step, if the input allows one.
    func advance() -> Bool {
        switch state {
        case .idle, .ready, .closed:
            return false
        case .greeting(let session):
            // The first call writes our identification; what the server says is not shown to libssh2 yet.
            if case .failed(_, let words) = session.handshake() {
                fail(SSHFailure(.session, "no SSH session could be made: \(words)"))
            }
            return false
        case .keyExchange(let session):
            return advance(session.handshake()) { judgeHostKey(session) }
        case .authentication(let session, let identity):
            return authenticate(session, identity)
        case .opening(let session, let command):
            let (channel, progress) = session.openChannel()
            return advance(progress) {
                if let channel { state = .starting(session, channel, command) }
            }
        case .starting(let session, let channel, let command):
            return advance(session.start(command, on: channel)) {
                state = .running(session, channel)
                owner?.reached(.running, self)
            }
        case .running(let session, let channel):
            return run(session, channel)
        case .releasing(let session, let channel, let exit):
            return advance(session.release(channel)) {
                state = .ready(session)
                owner?.commandEnded(exit, self)
            }
        }
    }

    private func advance(_ progress: SSHSession.Progress, then: () -> Void) -> Bool {
        switch progress {
        case .waiting:
            return false
        case .done:
            then()
            return true
        case .failed:
            fail(failure(progress))
            return false
        }
    }

    private func judgeHostKey(_ session: SSHSession) {
        guard let key = session.hostKey() else {
            fail(SSHFailure(.keyExchange, "the server's key cannot be read"))
            return
        }
        let refusal = owner?.refusal(of: key, self)
        // The owner may have ended the connection over its judgement.
        guard case .keyExchange = state else { return }
        if let refusal {
            fail(refusal, farewell: "host key not accepted")
            return
        }
        owner?.reached(.authentication, self)
        if case .keyExchange = state {
            tryNextKey(session)
        }
    }

    private func tryNextKey(_ session: SSHSession) {
        signature = nil
        guard let identity = authentication.next() else {
            fail(authentication.failure(nil), farewell: "no more keys")
            return
        }
        session.askAgain()
        state = .authentication(session, identity)
    }

    private func authenticate(_ session: SSHSession, _ identity: SSHIdentity) -> Bool {
        switch session.authenticate(options.user, with: identity.blob) {
        case .waiting:
            askForSignature(session, identity)
            return false
        case .done:
            state = .ready(session)
            owner?.reached(.ready, self)
        case .failed(let code, let words):
            if case .failure(let failure)? = signature?.result {
                authentication.unsigned(failure)
            } else if session.disconnection == nil, !inputHasEnded, SSHSession.isRefusal(code) {
                authentication.refused()
            } else {
                fail(failure(.failed(code, words)))
                return false
            }
            tryNextKey(session)
        }
        return true
    }

    /// libssh2 asks for the signature as often as it is driven; the signer is asked once.
    private func askForSignature(_ session: SSHSession, _ identity: SSHIdentity) {
        guard signature == nil, let bytes = session.bytesToSign, let loop = context?.eventLoop else { return }
        signature = PendingSignature()
        options.signer.sign(bytes, with: identity).hop(to: loop).assumeIsolated().whenComplete { [weak self] in
            self?.signed($0, identity)
        }
    }

    private func signed(_ result: Result<[UInt8], any Error>, _ identity: SSHIdentity) {
        guard case .authentication(let session, let current) = state, current == identity, signature != nil else {
            return
        }
        let result = result.mapError {
            $0 as? SSHFailure ?? SSHFailure(.authentication, "signing with \(identity.comment) failed: \($0)")
        }.flatMap {
            (1...SSHLimits.signatureBytesMax).contains($0.count)
                ? .success($0) : .failure(SSHFailure(.authentication, "\(identity.comment) made no valid signature"))
        }
        signature?.result = result
        session.answer = (try? result.get()).map(SSHSignature.made) ?? .refused
        drive()
    }

    private func run(_ session: SSHSession, _ channel: OpaquePointer) -> Bool {
        guard let context, deliver(.output, of: channel, session, context),
            deliver(.error, of: channel, session, context), writeInput(session, channel, context),
            session.isAtEnd(channel)
        else { return false }
        return advance(session.awaitClose(of: channel)) {
            let exit = session.exit(of: channel)
            state = .releasing(session, channel, exit)
            let left = inputQueue.close()
            for promise in left { promise.fail(SSHFailure(.session, "the command has ended")) }
        }
    }

    /// Hands over everything that came on one of the outputs; false when the command is gone meanwhile.
    private func deliver(
        _ stream: SSHSession.Stream, of channel: OpaquePointer, _ session: SSHSession, _ context: ChannelHandlerContext
    ) -> Bool {
        while case .running = state {
            switch session.read(stream, of: channel, context.channel.allocator) {
            case .nothing:
                return true
            case .failed(let words):
                fail(failure(.failed(0, words)))
            case .bytes(let bytes):
                switch stream {
                case .output: context.fireChannelRead(wrapInboundOut(bytes))
                case .error: owner?.errorOutput(bytes, self)
                }
            }
        }
        return false
    }

    /// Seals queued input as far as the server's window and the channel take it; false when the command is gone meanwhile.
    private func writeInput(_ session: SSHSession, _ channel: OpaquePointer, _ context: ChannelHandlerContext) -> Bool {
        while context.channel.isWritable {
            let progress: SSHSession.Progress
            var count = 0
            switch inputQueue.head {
            case .nothing:
                return true
            case .end:
                progress = session.endInput(of: channel)
                if progress == .done { inputQueue.endTaken() }
            case .bytes(let bytes):
                (count, progress) = bytes.readableBytes == 0 ? (0, .done) : session.write(bytes, to: channel)
                if progress == .done { inputQueue.taken(count)?.succeed() }
            }
            switch progress {
            case .done: break
            case .waiting: return true
            case .failed:
                fail(failure(progress))
                return false
            }
            if session.output.readableBytes >= SSHLimits.sealedBytesMax {
                flushOutput()
            }
            guard case .running = state else { return false }
        }
        return true
    }
}
