import NIOCore
import PlushSSH

/// The keys with which hosts are logged in to, and those who sign with them: the user's agents, and one of our own for
/// key files. Made once per run by ``gather(for:options:directory:environment:on:)``.
package final class UserKeys: Sendable {
    /// What the user should know: keys that could not be used, agents that do not answer.
    package let warnings: [String]
    /// Signs with any of the keys; used on the event loop.
    package let signer: NIOLoopBound<IdentitySigner>

    private let identities: [Demand: [SSHIdentity]]
    private let privateAgent: PrivateKeyAgent?
    private let eventLoop: any EventLoop

    /// What decides which keys a host is tried with. Nearly all hosts of a run have the same.
    struct Demand: Hashable, Sendable {
        let files: [String]
        let usesDefaultFiles: Bool
        let identitiesOnly: Bool
        let agent: String?

        init(_ settings: SSHHostSettings) {
            files = settings.identityFiles
            usesDefaultFiles = settings.usesDefaultIdentityFiles
            identitiesOnly = settings.identitiesOnly
            agent = settings.identityAgent
        }
    }

    init(
        identities: [Demand: [SSHIdentity]], warnings: [String], signer: NIOLoopBound<IdentitySigner>,
        privateAgent: PrivateKeyAgent?, eventLoop: any EventLoop,
    ) {
        self.identities = identities
        self.warnings = warnings
        self.signer = signer
        self.privateAgent = privateAgent
        self.eventLoop = eventLoop
    }

    /// The keys to try on a host, in OpenSSH's order: those of its key files that an agent holds, other keys of its
    /// agent unless IdentitiesOnly forbids them, key files.
    package func identities(for settings: SSHHostSettings) -> [SSHIdentity] {
        identities[Demand(settings)] ?? []
    }

    /// Lets the user's agents go and ends our own. Signatures fail from now on.
    package func close() async {
        let signer = signer
        try? await eventLoop.submit { signer.value.close() }.get()
        guard let privateAgent else { return }
        try? await BlockingWork.run { _ in privateAgent.stop() }
    }
}
