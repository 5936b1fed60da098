import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// The cheap cryptography of the tests: a keyed hash in the place of signatures, so that refusal is exercised too.
package enum WorldTools {
    package static let overlayKey = key(7)
    package static let signerKey = key(8)
    package static let rootKey = key(9)
    package static let overlay = overlayID(1)

    package static let content = ContentTools(
        isValid: { signature, bytes, key in signature == sign(bytes, with: key) },
        digest: { Digest(padding: expand(hash($0, seed: 3), to: 32)) },
        tag: { Tag(hash($0, seed: 1), hash($0, seed: 2)) },
        pack: { Body(plain: $0) },
        prove: { _, _ in .zero })

    /// The same for the holder of a key: what two holders share is the same for both, and for nobody else.
    package static func content(provingWith key: PublicKey) -> ContentTools {
        ContentTools(
            isValid: content.isValid, digest: content.digest, tag: content.tag, pack: content.pack,
            prove: { statement, peer in
                let seed = fold(key) ^ fold(peer)
                return Tag(hash(statement, seed: seed), hash(statement, seed: seed &+ 1))
            })
    }

    private static func fold(_ key: PublicKey) -> UInt64 {
        key.bytes.reduce(UInt64(29)) { $0 &* 131 &+ UInt64($1) }
    }

    package static func sign(_ bytes: ByteBuffer, with key: PublicKey) -> Signature {
        let seed = key.bytes.reduce(UInt64(17)) { $0 &* 31 &+ UInt64($1) }
        guard let signature = Signature(expand(hash(bytes, seed: seed), to: 64)) else {
            preconditionFailure("a signature is 64 bytes")
        }
        return signature
    }

    package static func signAsController(_ bytes: ByteBuffer) -> Signature {
        sign(bytes, with: signerKey)
    }

    package static func credential(epoch: UInt32 = 1) -> EpochCredential {
        var credential = EpochCredential(
            overlay: overlay, epoch: epoch, signer: signerKey, root: .controller, contacts: [], logDigest: .zero,
            signature: Signature(zeros: ()))
        credential.signature = sign(credential.signedBytes(), with: overlayKey)
        return credential
    }

    /// A batch as a controller would sign it.
    package static func batch(
        _ records: [LogRecord], first: UInt64, epoch: UInt32 = 1, key: PublicKey = signerKey
    ) -> SignedBatch {
        let encoded = SignedBatch.encode(records)
        let bytes = SignedBatch.signedBytes(
            overlay: overlay, epoch: epoch, firstIndex: first, count: UInt32(records.count), previous: .zero,
            records: encoded)
        return SignedBatch(
            epoch: epoch, firstIndex: first, count: UInt32(records.count), previous: .zero, records: encoded,
            signature: sign(bytes, with: key))
    }

    /// Eight bytes at a time: tests run unoptimised, and hash megabytes.
    package static func hash(_ buffer: ByteBuffer, seed: UInt64) -> UInt64 {
        buffer.withUnsafeReadableBytes { bytes in
            var mixed = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(bytes.count)
            var offset = 0
            while offset + 8 <= bytes.count {
                mixed = (mixed ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xbf58_476d_1ce4_e5b9
                mixed ^= mixed >> 31
                offset += 8
            }
            while offset < bytes.count {
                mixed = (mixed ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01b3
                offset += 1
            }
            return mixed ^ (mixed >> 29)
        }
    }

    private static func expand(_ seed: UInt64, to count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

/// Certificates that nobody may accept.
extension WorldTools {
    private static func key(_ byte: UInt8) -> PublicKey {
        guard let key = PublicKey([UInt8](repeating: byte, count: 32)) else { preconditionFailure("a key is 32 bytes") }
        return key
    }

    private static func overlayID(_ byte: UInt8) -> OverlayID {
        guard let overlay = OverlayID([UInt8](repeating: byte, count: 16)) else {
            preconditionFailure("an overlay's name is 16 bytes")
        }
        return overlay
    }

    static func certificateOfAnotherOverlay(like certificate: Certificate) -> Certificate {
        var other = Certificate(
            overlay: otherOverlay, epoch: certificate.epoch, rank: certificate.rank,
            incarnation: certificate.incarnation, key: certificate.key, capabilities: certificate.capabilities,
            rosterVersion: certificate.rosterVersion, expiryMilliseconds: certificate.expiryMilliseconds,
            signature: certificate.signature)
        other.signature = sign(other.signedBytes(), with: signerKey)
        return other
    }

    /// The rank was changed after the signature was made.
    static func altered(_ certificate: Certificate) -> Certificate {
        Certificate(
            overlay: certificate.overlay, epoch: certificate.epoch, rank: Rank(certificate.rank.value + 1),
            incarnation: certificate.incarnation, key: certificate.key, capabilities: certificate.capabilities,
            rosterVersion: certificate.rosterVersion, expiryMilliseconds: certificate.expiryMilliseconds,
            signature: certificate.signature)
    }

    private static let otherOverlay = overlayID(2)
}
