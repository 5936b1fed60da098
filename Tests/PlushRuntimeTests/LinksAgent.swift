import CPlushSystem
import Glibc
import NIOCore
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire

@testable import PlushRuntime

/// A real agent process whose launcher is the test. Ends with this object.
final class LinksAgent {
    let overlay: LinksOverlay
    let here: FilesWorkspace
    let launch: LinksSocket
    let guardian: pid_t
    private(set) var hello: AgentHello
    private(set) var exitStatus: Int32?
    private var nextAttempt: UInt32 = 1

    init(_ overlay: LinksOverlay) throws {
        self.overlay = overlay
        here = try FilesWorkspace()
        let (launch, other) = try LinksSocket.pair()
        defer { close(other) }
        self.launch = launch
        guardian = try Self.start(
            [Self.path, "--directory", here.path + "/agent", "--log", here.path + "/log"], channel: other)
        hello = try Self.readHello(launch)
    }

    deinit {
        if exitStatus == nil {
            kill(hello.processID, SIGKILL)
            var status: Int32 = 0
            while waitpid(guardian, &status, 0) < 0 && errno == EINTR {}
        }
    }

    /// The build puts it beside the test runner.
    static var path: String {
        let probe = ProcessesRunner.probePath
        return probe.dropLast("plush-runtime-probe".count) + "plush-agent"
    }

    private static func start(_ words: [String], channel: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, channel, 0)
        posix_spawn_file_actions_adddup2(&actions, channel, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let arguments = CStringVector(words)
        let environment = CStringVector(["PATH=/usr/local/bin:/usr/bin:/bin"])
        var pid: pid_t = 0
        let result = withExtendedLifetime((arguments, environment)) {
            posix_spawn(&pid, words[0], &actions, nil, arguments.pointer, environment.pointer)
        }
        guard result == 0 else { throw LinksFailure("\(words[0]) cannot be started (\(result)): build it first") }
        return pid
    }

    private static func readHello(_ launch: LinksSocket) throws -> AgentHello {
        var input = ByteBuffer()
        let marker = Array(LaunchMessage.marker.utf8)
        while true {
            guard try launch.read(into: &input) else { throw LinksFailure("the agent ended before its hello") }
            guard let start = input.readableBytesView.firstRange(of: marker) else { continue }
            var rest = input
            rest.moveReaderIndex(to: start.upperBound)
            guard let frame = try FrameDecoder().next(from: &rest) else { continue }
            guard case .hello(let hello) = try LaunchMessage(frame) else { throw LinksFailure("no hello") }
            return hello
        }
    }

    /// What the agent is told; `parent`: a port of this machine, or none for the launch channel itself.
    func bootstrap(
        parent port: UInt16? = nil, lease: UInt64 = 600_000, credential: EpochCredential? = nil
    ) -> Bootstrap {
        Bootstrap(
            overlayKey: PublicKey(overlay.overlayKey.publicKey)!, gateKey: overlay.gateKey,
            credential: credential ?? overlay.credential(),
            certificate: overlay.certificate(LinksOverlay.agentRank, key: hello.key.bytes), hostName: "host",
            hostCount: 4, overlayMilliseconds: LinksOverlay.milliseconds, leaseMilliseconds: lease,
            heartbeatMilliseconds: 50, fanout: 2,
            parent: Bootstrap.Parent(
                rank: .controller, key: PublicKey(overlay.rootKey.publicKey)!,
                address: port.map { .loopback(port: $0) }),
            rootKey: PublicKey(overlay.rootKey.publicKey)!)
    }

    func send(_ message: LaunchMessage) {
        var out = ByteBuffer()
        message.encode(into: &out)
        launch.write(out)
    }

    /// Bootstraps the agent below this test and attaches it.
    func join(lease: UInt64 = 600_000) throws -> LinksParent {
        send(.bootstrap(bootstrap(lease: lease)))
        let keys = try overlay.keys(overlay.rootKey, overlay.rootCertificate)
        return try LinksParent(LinksTestLink.answer(launch, keys), overlay)
    }

    /// A member of the overlay with a key and a certificate of its own.
    func member(_ rank: Rank) throws -> LinkKeys {
        let key = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
        return try overlay.keys(key, overlay.certificate(rank, key: key.publicKey))
    }

    func dial(_ keys: LinkKeys, drips: Bool = false) throws -> LinksTestLink {
        try LinksTestLink.dial(hello.port, keys, to: hello.key.bytes, drips: drips)
    }

    func attachSummary(
        _ rank: Rank, incarnation: UInt32 = 1, claims: [Rank]? = nil
    ) -> AttachSummary {
        defer { nextAttempt += 1 }
        return AttachSummary(
            stamp: AttachStamp(incarnation: incarnation, attempt: nextAttempt), highestEpoch: LinksOverlay.epoch,
            applied: .start, rosterVersion: 0,
            subtree: (claims ?? [rank]).map {
                TreeEdge(child: $0, incarnation: incarnation, parent: LinksOverlay.agentRank)
            })
    }

    /// A genuine child comes and is taken.
    func attachChild(_ keys: LinkKeys, drips: Bool = false) throws -> LinksTestLink {
        let link = try dial(keys, drips: drips)
        let summary = attachSummary(keys.certificate.rank)
        link.send(.attach(summary))
        try link.await("the answer to an attach") { message -> Void? in
            if case .attachReply(.accepted) = message { return () }
            return nil
        }
        link.send(.attachCommit(summary.stamp))
        try link.beat()
        return link
    }

    /// The lines of the agent's log without their times.
    var log: [String] {
        (here.read("log") ?? "").split(separator: "\n").map { line in
            line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
        }
    }

    /// Waits until the guardian has gone; its directory is then gone too, or never will be.
    func waitForEnd() throws -> Int32 {
        let deadline = SystemClock.now.advanced(byMilliseconds: UInt64(LinksSocket.patienceMilliseconds))
        while SystemClock.now < deadline {
            var status: Int32 = 0
            if waitpid(guardian, &status, WNOHANG) == guardian {
                exitStatus = status
                return status
            }
            _ = poll(nil, 0, 5)
        }
        throw LinksFailure("the agent did not end by itself")
    }
}
