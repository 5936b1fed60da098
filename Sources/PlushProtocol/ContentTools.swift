import NIOCore
import PlushWire

/// The cryptography and compression that the core needs, handed in: libsodium and lz4 in the real thing, a cheap keyed
/// hash in the simulator, so that simulated runs exercise refusal too (decision 3).
package struct ContentTools: Sendable {
    /// Whether `signature` over `bytes` was made with the private half of `key`.
    package let isValid: @Sendable (_ signature: Signature, _ bytes: ByteBuffer, _ key: PublicKey) -> Bool
    /// BLAKE2b-256.
    package let digest: @Sendable (ByteBuffer) -> Digest
    /// BLAKE2b-128.
    package let tag: @Sendable (ByteBuffer) -> Tag
    /// Compresses where that pays.
    package let pack: @Sendable (ByteBuffer) -> Body
    /// A tag that only this node and the holder of the X25519 key can make (rule 16).
    package let prove: @Sendable (_ statement: ByteBuffer, _ peer: PublicKey) -> Tag

    package init(
        isValid: @escaping @Sendable (Signature, ByteBuffer, PublicKey) -> Bool,
        digest: @escaping @Sendable (ByteBuffer) -> Digest,
        tag: @escaping @Sendable (ByteBuffer) -> Tag,
        pack: @escaping @Sendable (ByteBuffer) -> Body,
        prove: @escaping @Sendable (_ statement: ByteBuffer, _ peer: PublicKey) -> Tag
    ) {
        self.isValid = isValid
        self.digest = digest
        self.tag = tag
        self.pack = pack
        self.prove = prove
    }
}
