import NIOCore
import NIOPosix

/// A connection to an ssh-agent, which signs with keys that this process never sees. Belongs to one event loop. Requests
/// are sent as they come and answered in their order; should the agent go, all that wait fail, and all that come later.
package final class KeyAgentClient: SSHSigner {
    /// The event loop that all calls must come from, and that futures complete on.
    package var eventLoop: any EventLoop { channel.eventLoop }

    private let channel: any Channel
    private let handler: KeyAgentHandler

    init(channel: any Channel, handler: KeyAgentHandler) {
        self.channel = channel
        self.handler = handler
    }

    /// Connects to the socket of an agent. To be called on the event loop.
    package static func connect(path: String, on eventLoop: any EventLoop) -> EventLoopFuture<KeyAgentClient> {
        let promise = eventLoop.makePromise(of: KeyAgentClient.self)
        let result = promise.futureResult
        let isolated = promise.assumeIsolated()
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = KeyAgentHandler(path: path)
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(KeyAgentDecoder()), handler,
                    ])
                }
            }
            .connect(unixDomainSocketPath: path)
            .assumeIsolated()
            .whenComplete { connected in
                isolated.completeWith(
                    connected.flatMap { channel in
                        Result {
                            let handler = try channel.pipeline.syncOperations.handler(type: KeyAgentHandler.self)
                            return KeyAgentClient(channel: channel, handler: handler)
                        }
                    }.mapError { error in
                        (error as? SSHFailure)
                            ?? SSHFailure(
                                .authentication, "cannot reach the ssh-agent at \(path): \(Self.words(error))",
                                remedy: "see what SSH_AUTH_SOCK or IdentityAgent name")
                    })
            }
        return result
    }

    /// The keys that the agent holds, in its order.
    package func identities() -> EventLoopFuture<[SSHIdentity]> {
        let promise = eventLoop.makePromise(of: [SSHIdentity].self)
        handler.send(.identities, on: channel) { reply throws(SSHFailure) in
            switch reply {
            case .failure(let failure): promise.fail(failure)
            case .success(.identities(let identities)): promise.succeed(identities)
            case .success(.refused): promise.fail(Self.refused("to list its keys"))
            case .success(.signature):
                promise.fail(KeyAgentReply.malformed("a signature where it was asked for its keys"))
                throw KeyAgentReply.malformed("answers out of order")
            }
        }
        return promise.futureResult
    }

    package func sign(_ data: [UInt8], with identity: SSHIdentity) -> EventLoopFuture<[UInt8]> {
        let promise = eventLoop.makePromise(of: [UInt8].self)
        handler.send(.sign(blob: identity.blob, data: data), on: channel) { reply throws(SSHFailure) in
            switch reply {
            case .failure(let failure): promise.fail(failure)
            case .success(.refused): promise.fail(Self.refused("to sign with \(identity.comment)"))
            case .success(.signature(let algorithm, let bytes)):
                guard algorithm == identity.algorithm else {
                    return promise.fail(KeyAgentReply.malformed("a signature of another kind than its key"))
                }
                promise.succeed(bytes)
            case .success(.identities):
                promise.fail(KeyAgentReply.malformed("its keys where it was asked for a signature"))
                throw KeyAgentReply.malformed("answers out of order")
            }
        }
        return promise.futureResult
    }

    /// Ends the connection; what waits fails.
    package func close() { channel.close(promise: nil) }

    private static func refused(_ what: String) -> SSHFailure {
        SSHFailure(
            .authentication, "the ssh-agent refused \(what)",
            remedy: "ssh-add -l shows what it holds; it may be locked, or ask for a confirmation")
    }

    private static func words(_ error: any Error) -> String {
        (error as? IOError).map { SystemWords.of($0.errnoCode) } ?? "\(error)"
    }
}
