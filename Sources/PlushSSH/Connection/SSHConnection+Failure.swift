import CSSH2
import NIOCore

/// How a connection ends.
extension SSHConnection {
    /// Ends the connection and says why.
    func fail(_ failure: SSHFailure, farewell: String? = nil) {
        let owner = owner
        self.owner = nil
        guard finish(failure, farewell: farewell) else { return }
        owner?.failed(failure, self)
    }

    /// Gives everything back and closes the channel; false when that has been done before.
    @discardableResult
    func finish(_ failure: SSHFailure, farewell: String?) -> Bool {
        if case .closed = state { return false }
        let ended = state
        state = .closed
        signature = nil
        for promise in inputQueue.close() { promise.fail(failure) }
        guard let session = ended.session else {
            context?.close(promise: nil)
            return true
        }
        if let farewell, !inputHasEnded, session.disconnection == nil {
            session.disconnect(farewell)
        }
        if let context {
            if session.output.readableBytes > 0, context.channel.isActive {
                context.writeAndFlush(wrapOutboundOut(session.output), promise: nil)
            }
            context.close(promise: nil)
        }
        session.output = ByteBuffer()
        session.end { self.unwind(ended, session) }
        return true
    }

    /// Repeats the call that was waiting, so that it fails and frees what it holds.
    private func unwind(_ state: State, _ session: SSHSession) {
        switch state {
        case .greeting, .keyExchange: _ = session.handshake()
        case .authentication(_, let identity): _ = session.authenticate(options.user, with: identity.blob)
        case .opening: _ = session.openChannel()
        case .starting(_, let channel, let command): _ = session.start(command, on: channel)
        case .idle, .ready, .running, .releasing, .closed: break
        }
    }

    /// What a failed call, or a server that has gone, means where the connection is.
    func failure(_ progress: SSHSession.Progress) -> SSHFailure {
        let session = state.session
        let end = session?.disconnection.map { ": \($0.text)" } ?? ""
        let isGone = inputHasEnded || session?.disconnection != nil
        var words = ""
        if case .failed(_, let said) = progress { words = said }
        switch state {
        case .idle, .closed:
            return SSHFailure(.closed, "the connection was closed")
        case .greeting:
            return greeting.ended()
        case .keyExchange:
            return isGone ? keyExchangeEnded(session?.disconnection) : keyExchangeFailed(progress, words)
        case .authentication:
            if let disconnection = session?.disconnection {
                return authentication.failure(disconnection.text)
            }
            return SSHFailure(
                .closed, isGone ? "the server closed the connection during the login" : "the login failed: \(words)")
        case .ready:
            return SSHFailure(.closed, "the server closed the connection" + end)
        case .opening, .starting:
            if isGone {
                return SSHFailure(.closed, "the server closed the connection before it ran the command" + end)
            }
            return SSHFailure(
                .session, "the server refused to run a command: \(words)",
                remedy: "check what it allows this user (MaxSessions, ForceCommand, restrictions in authorized_keys)")
        case .running, .releasing:
            let lost = "the connection was lost while the command ran" + end
            return SSHFailure(.closed, isGone ? lost : "the connection broke: \(words)")
        }
    }

    private func keyExchangeEnded(_ disconnection: SSHSession.Disconnection?) -> SSHFailure {
        guard let disconnection, disconnection.reason != Int(SSH_DISCONNECT_TOO_MANY_CONNECTIONS) else {
            let words = disconnection.map { ": \($0.text)" } ?? ""
            return SSHFailure(
                .dropped, "the server closed the connection during the key exchange" + words,
                remedy: "it may be busy (MaxStartups); try again later")
        }
        return SSHFailure(.keyExchange, "the server ended the key exchange: \(disconnection.text)")
    }

    private func keyExchangeFailed(_ progress: SSHSession.Progress, _ words: String) -> SSHFailure {
        if case .failed(LIBSSH2_ERROR_KEX_FAILURE, _) = progress {
            return SSHFailure(
                .keyExchange, "the server has no algorithm in common with libssh2",
                remedy: "give it an Ed25519 or ECDSA host key, and let it offer curve25519-sha256, aes128-ctr and "
                    + "hmac-sha2-256")
        }
        return SSHFailure(.keyExchange, "the key exchange failed: \(words)")
    }
}

extension SSHSession {
    /// Whether a failed try says "not this key" and nothing worse.
    static func isRefusal(_ code: Int32) -> Bool {
        code == LIBSSH2_ERROR_AUTHENTICATION_FAILED || code == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED
    }
}
