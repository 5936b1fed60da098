import NIOCore
import PlushProtocol
import PlushSeal
import PlushWire

extension ContentTools {
    /// libsodium and lz4. `key`: with which this node proves what it says of itself.
    package static func real(provingWith key: StaticKeyPair) -> ContentTools {
        ContentTools(
            isValid: real.isValid, digest: real.digest, tag: real.tag, pack: real.pack,
            prove: { statement, peer in
                // A key that X25519 does not take proves nothing, and nothing is proved to its holder.
                guard let digest = try? key.tag(of: statement, with: peer.bytes) else { return .zero }
                return tag(digest)
            })
    }

    /// The same for whoever has nothing to prove.
    package static let real = ContentTools(
        isValid: { signature, bytes, key in
            SigningKeyPair.isValid(signature: signature.bytes, bytes: bytes, publicKey: key.bytes)
        },
        digest: { Digest(padding: ContentHash.digest(of: $0)) },
        tag: { bytes in
            tag(ContentHash.digest(of: bytes, size: .bytes16))
        },
        pack: { bytes in
            guard let packed = Lz4.compress(bytes) else { return Body(plain: bytes) }
            return Body(lz4: packed, rawBytes: bytes.readableBytes)
        },
        prove: { _, _ in .zero }
    )

    private static func tag(_ digest: [UInt8]) -> Tag {
        Tag(bigEndian(digest[0..<8]), bigEndian(digest[8..<16]))
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Body {
    /// The bytes as they were before compression.
    package func unpacked() throws(SealError) -> ByteBuffer {
        switch encoding {
        case .plain:
            return bytes
        case .lz4:
            return try Lz4.decompress(bytes, declaredBytes: Int(rawBytes), bytesMax: WireLimits.bodyRawBytesMax)
        }
    }
}
