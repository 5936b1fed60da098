/// How a remote command ended.
package enum SSHExit: Hashable, Sendable {
    /// By itself, with this code. libssh2 cannot tell 0 from a server that closed the command without a code.
    case code(Int32)
    /// By a signal, named without `SIG` (RFC 4254, section 6.10).
    case signal(String)
}
