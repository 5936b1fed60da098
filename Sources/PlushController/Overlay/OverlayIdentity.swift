import NIOCore
import PlushProtocol
import PlushRuntime
import PlushSeal
import PlushTree
import PlushWire

/// The keys of one overlay, made fresh for it and never written anywhere (decision 3 and rule 15).
struct OverlayIdentity: Sendable {
    let overlay: OverlayID
    let overlayKey: PublicKey
    let gateKey: [UInt8]
    let credential: EpochCredential
    let staticKey: StaticKeyPair
    let key: PublicKey
    private let signer: SigningKeyPair

    init() throws {
        let overlayPair = try SigningKeyPair(seed: SystemRandom.bytes(SigningKeyPair.seedBytes))
        signer = try SigningKeyPair(seed: SystemRandom.bytes(SigningKeyPair.seedBytes))
        staticKey = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
        gateKey = SystemRandom.bytes(32)
        guard let overlay = OverlayID(SystemRandom.bytes(OverlayID.byteCount)),
            let overlayKey = PublicKey(overlayPair.publicKey), let signerKey = PublicKey(signer.publicKey),
            let key = PublicKey(staticKey.publicKey)
        else { throw ControllerError(.tree, "keys of an unexpected length") }
        self.overlay = overlay
        self.overlayKey = overlayKey
        self.key = key
        var credential = EpochCredential(
            overlay: overlay, epoch: 1, signer: signerKey, root: .controller, contacts: [], logDigest: .zero,
            signature: Signature(zeros: ()))
        credential.signature = Self.signature(of: credential.signedBytes(), by: overlayPair)
        self.credential = credential
    }

    private static func signature(of bytes: some ByteSource, by pair: SigningKeyPair) -> Signature {
        Signature(pair.sign(bytes)) ?? Signature(zeros: ())
    }

    /// The epoch's signer, as the core takes it.
    var sign: @Sendable (ByteBuffer) -> Signature {
        let signer = signer
        return { Self.signature(of: $0, by: signer) }
    }
}
