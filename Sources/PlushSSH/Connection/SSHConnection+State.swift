extension SSHConnection {
    /// Where the connection is.
    enum State {
        /// There is no TCP connection yet.
        case idle
        /// The server has not identified itself.
        case greeting(SSHSession)
        /// Keys are exchanged.
        case keyExchange(SSHSession)
        /// One of the user's keys is tried.
        case authentication(SSHSession, SSHIdentity)
        /// No command runs.
        case ready(SSHSession)
        /// A channel is opened for a command.
        case opening(SSHSession, String)
        /// The server is asked to run it.
        case starting(SSHSession, OpaquePointer, String)
        /// It runs.
        case running(SSHSession, OpaquePointer)
        /// It has ended; its channel is closed.
        case releasing(SSHSession, OpaquePointer, SSHExit)
        /// Nothing is left.
        case closed

        /// The session, while there is one.
        var session: SSHSession? {
            switch self {
            case .idle, .closed: nil
            case .greeting(let session), .keyExchange(let session), .authentication(let session, _),
                .ready(let session), .opening(let session, _), .starting(let session, _, _),
                .running(let session, _), .releasing(let session, _, _):
                session
            }
        }
    }

    /// A signature that somebody makes for us.
    struct PendingSignature {
        var result: Result<[UInt8], SSHFailure>?
    }
}
