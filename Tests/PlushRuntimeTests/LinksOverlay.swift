import NIOCore
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire

@testable import PlushRuntime

/// An overlay's secrets as its controller has them, with which a test plays controller, member or stranger.
struct LinksOverlay {
    static let epoch: UInt32 = 2
    /// The overlay's time when agents get their bootstrap: late enough for something to have expired.
    static let milliseconds: UInt64 = 1_000_000
    static let agentRank = Rank(3)

    let id: OverlayID
    let gateKey = SystemRandom.bytes(32)
    let overlayKey: SigningKeyPair
    let epochKey: SigningKeyPair
    let rootKey: StaticKeyPair

    init() throws {
        id = OverlayID(SystemRandom.bytes(16))!
        overlayKey = try SigningKeyPair(seed: SystemRandom.bytes(32))
        epochKey = try SigningKeyPair(seed: SystemRandom.bytes(32))
        rootKey = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
    }

    func credential(signedBy key: SigningKeyPair? = nil) -> EpochCredential {
        var credential = EpochCredential(
            overlay: id, epoch: Self.epoch, signer: PublicKey(epochKey.publicKey)!, root: .controller, contacts: [],
            logDigest: .zero, signature: Signature(zeros: ()))
        credential.signature = Signature((key ?? overlayKey).sign(credential.signedBytes()))!
        return credential
    }

    func certificate(
        _ rank: Rank, key: [UInt8], incarnation: UInt32 = 1, capabilities: Certificate.Capabilities = .relay,
        overlay: OverlayID? = nil, epoch: UInt32 = Self.epoch, expiry: UInt64 = UInt64(1) << 40,
        signedBy signer: SigningKeyPair? = nil
    ) -> Certificate {
        var certificate = Certificate(
            overlay: overlay ?? id, epoch: epoch, rank: rank, incarnation: incarnation, key: PublicKey(key)!,
            capabilities: capabilities, rosterVersion: 0, expiryMilliseconds: expiry,
            signature: Signature(zeros: ()))
        certificate.signature = Signature((signer ?? epochKey).sign(certificate.signedBytes()))!
        return certificate
    }

    var rootCertificate: Certificate {
        certificate(.controller, key: rootKey.publicKey, capabilities: .root)
    }

    func keys(_ staticKey: StaticKeyPair, _ certificate: Certificate) throws -> LinkKeys {
        try LinkKeys(overlay: id, gateKey: gateKey, staticKey: staticKey, certificate: certificate)
    }

    func batch(
        _ records: [LogRecord], first: UInt64, epoch: UInt32 = Self.epoch, overlay: OverlayID? = nil,
        signedBy signer: SigningKeyPair? = nil
    ) -> SignedBatch {
        batch(
            bytes: SignedBatch.encode(records), count: UInt32(records.count), first: first, epoch: epoch,
            overlay: overlay, signedBy: signer)
    }

    func batch(
        bytes: ByteBuffer, count: UInt32, first: UInt64, epoch: UInt32 = Self.epoch, overlay: OverlayID? = nil,
        signedBy signer: SigningKeyPair? = nil
    ) -> SignedBatch {
        let signed = SignedBatch.signedBytes(
            overlay: overlay ?? id, epoch: epoch, firstIndex: first, count: count, previous: .zero, records: bytes)
        return SignedBatch(
            epoch: epoch, firstIndex: first, count: count, previous: .zero, records: bytes,
            signature: Signature((signer ?? epochKey).sign(signed))!)
    }

    func beacon(epoch: UInt32 = Self.epoch, signedBy signer: SigningKeyPair? = nil) -> Beacon {
        var beacon = Beacon(
            epoch: epoch, sequence: 1, overlayMilliseconds: Self.milliseconds, logIndex: 0, rosterVersion: 0,
            signature: Signature(zeros: ()))
        beacon.signature = Signature((signer ?? epochKey).sign(beacon.signedBytes(overlay: id)))!
        return beacon
    }

    /// An operation for the agent under test.
    static func operation(_ sequence: UInt32, _ task: OperationTask) -> LogRecord {
        .operation(
            Operation(
                id: OperationID(epoch: epoch, sequence: sequence),
                targets: TargetSet([TargetSet.Group(incarnation: 1, ranks: RankSet(agentRank))]),
                expiryMilliseconds: 0, reportIntervalMilliseconds: 0, task: task))
    }

    static func shell(_ line: String, output: RunTask.Output = .fold) -> OperationTask {
        .run(
            RunTask(
                application: "", arguments: ["/bin/sh", "-c", line], environment: [], workingDirectory: "",
                timeoutMilliseconds: 0, graceMilliseconds: 100, output: output))
    }
}
