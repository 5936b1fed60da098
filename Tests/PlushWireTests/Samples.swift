import NIOCore
import PlushTree
import PlushWire

/// Values that the golden tables are made of; what the bytes are is said there.
enum Samples {
    static let overlay = OverlayID(hex("33*16"))!
    static let signature = Signature(hex("dd*64"))!
    static let tag = Tag(0x1111_1111_1111_1111, 0x2222_2222_2222_2222)
    static let operation = OperationID(epoch: 1, sequence: 2)
    static let edge = TreeEdge(child: Rank(5), incarnation: 1, parent: Rank(6))
    static let contact = Contact(rank: Rank(5), key: key(0x55), address: .loopback(port: 8080))
    static let generation = AttachSummary.Generation(
        application: "a", barrier: "b", generation: 10, ranks: RankSet(Rank(5)))

    static func key(_ byte: UInt8) -> PublicKey {
        PublicKey([UInt8](repeating: byte, count: 32))!
    }

    static func ranks(_ numbers: UInt32...) -> RankSet {
        RankSet(numbers.map(Rank.init))
    }

    static let attach = AttachSummary(
        stamp: AttachStamp(incarnation: 1, attempt: 2), highestEpoch: 3, applied: LogPosition(epoch: 3, index: 300),
        rosterVersion: 4, subtree: [edge],
        openOperations: [
            AttachSummary.OpenOperation(
                operation: OperationID(epoch: 3, sequence: 7), started: ranks(5),
                terminal: [
                    OutcomeBucket(
                        outcome: Outcome(.failed, code: 3, detail: "no"),
                        streams: OutputSegment.Streams(.standardOutput), ranks: ranks(5))
                ],
                unsettledSegments: ranks(0, 1))
        ],
        heldTokens: [AttachSummary.HeldToken(token: 8, grant: 9, rank: Rank(5))], entered: [generation],
        contact: contact, transfers: [AttachSummary.OpenTransfer(operation: operation, have: 3)])

    static let acceptance = AttachReply.Acceptance(
        path: [.controller, Rank(6)], rootAgeMilliseconds: 20, overlayMilliseconds: 1000, credit: 65_536, logIndex: 12,
        releasedUpTo: [generation])

    static let beacon = Beacon(
        epoch: 1, sequence: 2, overlayMilliseconds: 300, logIndex: 4, rosterVersion: 5, signature: signature)

    static let batch = SignedBatch(
        epoch: 1, firstIndex: 1, count: 2, previous: .zero,
        records: SignedBatch.encode([.dissolve, .controllers(RankSet(.controller))]), signature: signature)

    static let output = OutputSegment(
        operation: operation, stream: .standardOutput, number: 0, flags: .last, tag: tag,
        body: Body(plain: buffer(hex("6869"))), ranks: ranks(0))

    static let packedOutput = OutputSegment(
        operation: operation, stream: .standardError, number: 300, flags: .truncated, tag: tag,
        body: Body(lz4: buffer(hex("aabbcc")), rawBytes: 100),
        ranks: ranks(0, 2, 4, 6, 8, 10, 12, 14, 16, 18))

    static let credential = EpochCredential(
        overlay: overlay, epoch: 1, signer: key(0x44), root: .controller,
        contacts: [Contact(rank: Rank(5), key: key(0x55), address: .loopback(port: 8080))], logDigest: .zero,
        signature: signature)

    static let certificate = Certificate(
        overlay: overlay, epoch: 1, rank: Rank(7), incarnation: 1, key: key(0x66), capabilities: [.relay, .deploy],
        rosterVersion: 2, expiryMilliseconds: 60_000, signature: signature)

    static let hello = AgentHello(version: 1, key: key(0x11), port: 8080, processID: 1234, build: "1.0")

    static func bootstrap(parentAddress: NetworkAddress?) -> Bootstrap {
        Bootstrap(
            overlayKey: key(0x11), gateKey: hex("22*32"), credential: credential, certificate: certificate,
            hostName: "n7", hostCount: 8, overlayMilliseconds: 300, leaseMilliseconds: 30_000,
            heartbeatMilliseconds: 1000, fanout: 16,
            parent: Bootstrap.Parent(rank: Rank(5), key: key(0x55), address: parentAddress),
            rootKey: key(0x77), address: parentAddress.map { _ in contact.address },
            contacts: parentAddress == nil ? [] : [contact])
    }

    static let ipv6 = NetworkAddress(bytes: hex("20010db8 00*11 01"), port: 8080)!

    static func operation(_ task: OperationTask) -> LogRecord {
        .operation(
            Operation(
                id: operation, targets: TargetSet([TargetSet.Group(incarnation: 1, ranks: RankSet(count: 4))]),
                expiryMilliseconds: 60_000, reportIntervalMilliseconds: 250, task: task))
    }

    static let run = RunTask(
        application: "a", arguments: ["ls", "-l"], environment: [RunTask.Variable("K", "v")], workingDirectory: "",
        timeoutMilliseconds: 1000, graceMilliseconds: 100, output: .fold, barriers: ["b"])

    static let files = FilesTask(
        application: "a", chunkBytes: 4,
        entries: [
            FilesTask.Entry(
                path: "f", sizeBytes: 5, mode: 0o644,
                chunks: [Digest(padding: hex("aa*32")), Digest(padding: hex("bb*32"))]),
            FilesTask.Entry(path: "d/e", sizeBytes: 0, mode: 0o755, chunks: []),
        ])

    static let bothStreams: OutputSegment.Streams = [.init(.standardOutput), .init(.standardError)]

    static let settlement = Settlement(
        operation: operation,
        buckets: [
            OutcomeBucket(outcome: .ok, streams: bothStreams, ranks: ranks(0), mac: tag),
            OutcomeBucket(outcome: Outcome(.failed, code: -9), ranks: ranks(1, 3)),
        ],
        isClosed: true)
}
