import NIOCore

/// Whoever a connection works for. All calls come on the channel's event loop.
package protocol SSHConnectionOwner: AnyObject {
    /// From now on the connection waits for `step`.
    func reached(_ step: SSHStep, _ connection: SSHConnection)
    /// Judges the server's key, before anything is said that a wrong server must not learn; nil accepts it.
    func refusal(of key: SSHHostKey, _ connection: SSHConnection) -> SSHFailure?
    /// The command's standard error.
    func errorOutput(_ bytes: ByteBuffer, _ connection: SSHConnection)
    /// The command has ended, and all of its output has been handed over.
    func commandEnded(_ exit: SSHExit, _ connection: SSHConnection)
    /// The connection cannot be used any more; it says this once, and nothing after it.
    func failed(_ failure: SSHFailure, _ connection: SSHConnection)
}
