import NIOCore
import PlushProtocol
import PlushSeal
import PlushWire

extension ContentTools {
    /// libsodium and lz4.
    package static let real = ContentTools(
        isValid: { signature, bytes, key in
            SigningKeyPair.isValid(signature: signature.bytes, bytes: bytes, publicKey: key.bytes)
        },
        digest: { Digest(padding: ContentHash.digest(of: $0)) },
        tag: { bytes in
            let digest = ContentHash.digest(of: bytes, size: .bytes16)
            return Tag(bigEndian(digest[0..<8]), bigEndian(digest[8..<16]))
        },
        pack: { bytes in
            guard let packed = Lz4.compress(bytes) else { return Body(plain: bytes) }
            return Body(lz4: packed, rawBytes: bytes.readableBytes)
        }
    )

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
