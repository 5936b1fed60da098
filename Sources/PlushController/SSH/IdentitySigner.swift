import NIOCore
import PlushSSH

/// Hands each signature to the agent that holds its key. Belongs to one event loop.
package final class IdentitySigner: SSHSigner {
    private let eventLoop: any EventLoop
    private var clients: [[UInt8]: KeyAgentClient] = [:]
    private var all: [KeyAgentClient] = []

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Agents that come first keep their keys.
    func add(_ client: KeyAgentClient, for identities: [SSHIdentity]) {
        all.append(client)
        for identity in identities where clients[identity.blob] == nil { clients[identity.blob] = client }
    }

    package func sign(_ data: [UInt8], with identity: SSHIdentity) -> EventLoopFuture<[UInt8]> {
        guard let client = clients[identity.blob] else {
            return eventLoop.makeFailedFuture(
                SSHFailure(
                    .authentication, "no ssh-agent holds \(identity.comment)",
                    remedy: "add it with ssh-add, or name its file with --identity"))
        }
        return client.sign(data, with: identity)
    }

    /// Lets all agents go.
    func close() {
        for client in all { client.close() }
        all = []
        clients = [:]
    }
}
