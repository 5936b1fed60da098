/// Why a host could not be used over SSH.
package struct SSHFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds, by what a caller may do about them.
    package enum Code: Hashable, Sendable {
        /// The server closed the connection before anything was agreed: it may be dropping a burst (`MaxStartups`), so
        /// that another try later may succeed.
        case dropped
        /// Whatever listens there does not speak SSH, or not a version of it that we do.
        case notSSH
        /// No algorithm in common, or a broken key exchange.
        case keyExchange
        /// The host key is unknown, changed or revoked.
        case hostKey
        /// None of the user's keys was taken, or there were none.
        case authentication
        /// The server refused a session or a command.
        case session
        /// The connection ended after the login.
        case closed
    }

    /// Which kind.
    package let code: Code
    /// What happened, without the host's name, so that hosts with the same trouble can be folded into one line.
    package let message: String
    /// What the user may try; empty when there is nothing better than to look at the host.
    package let remedy: String

    /// Makes a failure.
    package init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package var description: String { message }
}
