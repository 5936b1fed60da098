import Glibc
import NIOCore
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// A real agent whose launcher errs or goes away: it ends by itself and leaves no directory.
@Suite(.serialized) struct LaunchAgentTests {
    /// The agent ends by itself for this reason, said once.
    private func expectEnd(_ agent: LinksAgent, _ reason: String) throws {
        _ = try agent.waitForEnd()
        #expect(!agent.here.exists("agent"))
        #expect(agent.log.count == 1, "\(agent.log)")
        #expect(agent.log.first?.contains(reason) == true, "\(reason): \(agent.log)")
        #expect(kill(agent.hello.processID, 0) == -1 && errno == ESRCH)
    }

    private func agent() throws -> LinksAgent { try LinksAgent(LinksOverlay()) }

    @Test func agentHasItsDirectoryWhileItWaits() throws {
        let agent = try agent()
        #expect(agent.here.exists("agent"))
        #expect(agent.log.isEmpty)
        agent.launch.close()
        try expectEnd(agent, "the launch channel closed")
    }

    @Test(
        arguments: [[0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0, 0, 0, 1, 7], [0, 0, 0, 3, 129, 0, 0]] as [[UInt8]])
    func garbageOnTheLaunchChannelEndsTheAgent(_ garbage: [UInt8]) throws {
        let agent = try agent()
        agent.launch.write(ByteBuffer(bytes: garbage))
        try expectEnd(agent, "malformed message")
    }

    @Test func messageThatIsNoBootstrapEndsTheAgent() throws {
        let agent = try agent()
        agent.send(.attached)
        try expectEnd(agent, "unexpected message on the launch channel")
    }

    @Test func secondBootstrapEndsTheAgent() throws {
        let agent = try agent()
        let (listener, port) = try LinksSocket.silentListener()
        defer { listener.close() }
        agent.send(.bootstrap(agent.bootstrap(parent: port)))
        agent.send(.bootstrap(agent.bootstrap(parent: port)))
        try expectEnd(agent, "unexpected message on the launch channel")
    }

    @Test func secondBootstrapOnALinkIsNoReply() throws {
        let agent = try agent()
        agent.send(.bootstrap(agent.bootstrap()))
        agent.send(.bootstrap(agent.bootstrap()))
        try expectEnd(agent, "could not reach its parent: badLength")
    }

    @Test func credentialOfAForeignKeyEndsTheAgent() throws {
        let agent = try agent()
        let foreign = try LinksOverlay()
        let credential = agent.overlay.credential(signedBy: foreign.overlayKey)
        agent.send(.bootstrap(agent.bootstrap(credential: credential)))
        try expectEnd(agent, "not signed by the overlay's key")
    }

    @Test func parentThatIsNotTheOneMeantEndsTheAgent() throws {
        let overlay = try LinksOverlay()
        let agent = try LinksAgent(overlay)
        agent.send(.bootstrap(agent.bootstrap()))
        let impostor = overlay.certificate(Rank(9), key: overlay.rootKey.publicKey)
        _ = try LinksTestLink.answer(agent.launch, overlay.keys(overlay.rootKey, impostor))
        try expectEnd(agent, "rank 9 answered in place of controller")
    }

    @Test func launcherThatGoesDuringTheDialEndsTheAgent() throws {
        let agent = try agent()
        let (listener, port) = try LinksSocket.silentListener()
        defer { listener.close() }
        agent.send(.bootstrap(agent.bootstrap(parent: port)))
        agent.launch.close()
        try expectEnd(agent, "the launcher is gone")
    }

    @Test func parentThatRefusesTheConnectionEndsTheAgent() throws {
        let agent = try agent()
        let (listener, port) = try LinksSocket.silentListener()
        listener.close()
        agent.send(.bootstrap(agent.bootstrap(parent: port)))
        try expectEnd(agent, "could not reach its parent: 127.0.0.1:\(port): connection refused")
    }

    @Test func channelThatClosesDuringTheHandshakeEndsTheAgent() throws {
        let agent = try agent()
        agent.send(.bootstrap(agent.bootstrap()))
        var first = ByteBuffer()
        #expect(try agent.launch.read(into: &first))
        agent.launch.close()
        try expectEnd(agent, "could not reach its parent")
    }

    @Test func channelThatClosesBeforeTheAttachIsAnsweredEndsTheAgent() throws {
        let overlay = try LinksOverlay()
        let agent = try LinksAgent(overlay)
        agent.send(.bootstrap(agent.bootstrap()))
        let link = try LinksTestLink.answer(agent.launch, overlay.keys(overlay.rootKey, overlay.rootCertificate))
        try link.await("an attach") { message -> Void? in
            if case .attach = message { return () }
            return nil
        }
        agent.launch.close()
        try expectEnd(agent, "the link was closed before this agent was attached")
    }

    @Test func agentWithoutItsParentEndsWithItsLease() throws {
        let agent = try agent()
        let parent = try agent.join(lease: 300)
        #expect(try parent.run("echo fine").outcome == .ok)
        agent.launch.close()
        _ = try agent.waitForEnd()
        #expect(!agent.here.exists("agent"))
        #expect(agent.log.count == 2, "\(agent.log)")
        #expect(agent.log.first?.contains("lost the parent: the peer closed the link") == true)
        #expect(agent.log.last?.contains("the lease is over") == true)
    }
}
