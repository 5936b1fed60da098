import CPlushSystem
import Glibc
import NIOCore
import NIOPosix
import PlushSSH

/// Why a TCP connection to a host's SSH server did not come about, in words without the host's name.
enum DialFailure {
    static func describe(_ error: any Error, port: Int) -> SSHFailure {
        if let failure = error as? SSHFailure { return failure }
        if case .connectTimeout = error as? ChannelError { return noAnswer(port) }
        guard let code = (error as? IOError)?.errnoCode else {
            return SSHFailure(.session, "no connection to port \(port): \(error)")
        }
        switch code {
        case ECONNREFUSED:
            return SSHFailure(
                .session, "connection to port \(port) refused",
                remedy: "see whether sshd runs there, and on which port")
        case ECONNRESET:
            return SSHFailure(.dropped, "the connection was reset before the server said anything")
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL:
            return SSHFailure(
                .session, "no route to the host", remedy: "see whether it is up, and whether a firewall is in the way")
        case ETIMEDOUT:
            return noAnswer(port)
        case EMFILE, ENFILE:
            return SSHFailure(
                .session, "no more open files on the controller", remedy: "raise ulimit -n, or lower --launch-window")
        default:
            let words = String(cString: plush_error_words(code))
            return SSHFailure(.session, "no connection to port \(port): \(words)")
        }
    }

    private static func noAnswer(_ port: Int) -> SSHFailure {
        let wait = LoginWait.answer(port: port)
        return SSHFailure(.session, wait.words, remedy: wait.remedy)
    }
}
