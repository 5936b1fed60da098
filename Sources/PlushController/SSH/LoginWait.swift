import PlushSSH

/// What a login waits for: the cause to give, and what to do about it, should the time run out meanwhile.
enum LoginWait: Equatable {
    case turn
    case resolution
    case answer(port: Int)
    /// `said`: what came instead of a greeting so far.
    case greeting(said: String)
    /// What follows the greeting.
    case step(SSHStep)
    /// The server dropped the last one.
    case otherTry

    /// Without the host's name.
    var words: String {
        switch self {
        case .turn: "its turn to be reached did not come"
        case .resolution: "its name was not resolved"
        case .answer(let port): "no answer to the connection attempt on port \(port)"
        case .greeting(""): "it accepts connections and says nothing (no SSH greeting)"
        case .greeting(let said): "it said '\(said)' and no SSH greeting"
        case .step(let step): "no answer while waiting for \(step.waitedFor)"
        case .otherTry: "the server dropped every connection before the login"
        }
    }

    /// What the user may try.
    var remedy: String {
        switch self {
        case .turn: "give it more time with -t"
        case .resolution: "see whether the name server answers"
        case .answer: "see whether it is up, and whether a firewall is in the way"
        case .greeting: "see what listens there; a server that is overloaded needs more time (-t)"
        case .step: "look at the load of the host, or give it more time with -t"
        case .otherTry: "its MaxStartups limits logins under way: lower --launch-window, or raise it in sshd_config"
        }
    }
}
