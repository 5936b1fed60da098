import NIOCore

/// Whoever holds private keys: an ssh-agent, or a test. Used on one event loop.
package protocol SSHSigner: AnyObject {
    /// Signs `data` with the private half of `identity`. The future gives the bare signature (the inner string of RFC
    /// 4253's signature blob, without the algorithm's name), or fails with ``SSHFailure``.
    func sign(_ data: [UInt8], with identity: SSHIdentity) -> EventLoopFuture<[UInt8]>
}
