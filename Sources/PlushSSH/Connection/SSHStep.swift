/// What a connection waits for.
package enum SSHStep: Hashable, Sendable {
    /// The server's identification.
    case greeting
    /// The key exchange.
    case keyExchange
    /// The verdict on the user's keys.
    case authentication
    /// Nothing: a command can be executed.
    case ready
    /// The server's consent to a command.
    case execution
    /// The command's end.
    case running

    /// For a sentence like "no answer within 30 s while waiting for ...".
    package var waitedFor: String {
        switch self {
        case .greeting: "the server's greeting"
        case .keyExchange: "the key exchange"
        case .authentication: "the login"
        case .ready: "a command"
        case .execution: "the start of the command"
        case .running: "the end of the command"
        }
    }
}
