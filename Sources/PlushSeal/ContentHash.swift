import CSodium

/// BLAKE2b (RFC 7693), in one call or piece by piece: names chunks and output by their content.
///
/// 32 bytes where a forger would gain by a collision, 16 where bytes of an authenticated peer are only compared.
package struct ContentHash {
    /// How long the digest is; the length is part of the hash, so the short one is no prefix of the long one.
    package enum Size: Int, Equatable, Sendable {
        case bytes16 = 16
        case bytes32 = 32
    }

    private let size: Size
    private var state: State

    /// An empty hash.
    package init(size: Size = .bytes32) {
        self.init(size: size, key: nil)
    }

    /// An empty hash under a key of 16 to 64 bytes, which makes it a MAC.
    init(size: Size, key: SecretBytes?) {
        Sodium.start()
        self.size = size
        state = State(size: size, key: key)
    }

    /// Adds bytes; how they are cut does not matter.
    package mutating func update(_ bytes: some ByteSource) {
        if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
        bytes.withBytes { state.update($0) }
    }

    /// The digest of all bytes so far; more may be added afterwards.
    package func digest() -> [UInt8] {
        State(copying: state).finish(size: size)
    }

    /// The digest of `bytes` in one call.
    package static func digest(of bytes: some ByteSource, size: Size = .bytes32) -> [UInt8] {
        digest(of: bytes, size: size, key: nil)
    }

    /// The same under a key of 16 to 64 bytes.
    static func digest(of bytes: some ByteSource, size: Size, key: SecretBytes?) -> [UInt8] {
        Sodium.start()
        return [UInt8](unsafeUninitializedCapacity: size.rawValue) { buffer, count in
            bytes.withBytes { bytes in
                if let start = buffer.baseAddress {
                    _ = crypto_generichash_blake2b(
                        start, size.rawValue, bytes.octets, UInt64(bytes.count), key?.pointer, key?.count ?? 0)
                }
            }
            count = size.rawValue
        }
    }
}

extension ContentHash {
    /// libsodium's state in memory of its own: its vector code needs an alignment of 64 bytes, more than Swift's
    /// types have, so the C type is not imported and its functions take an opaque pointer.
    private final class State {
        private let memory: UnsafeMutableRawPointer
        private var pointer: OpaquePointer { OpaquePointer(memory) }
        private static let bytes = crypto_generichash_blake2b_statebytes()

        private init() {
            memory = .allocate(byteCount: Self.bytes, alignment: 64)
        }

        convenience init(size: Size, key: SecretBytes?) {
            self.init()
            _ = crypto_generichash_blake2b_init(pointer, key?.pointer, key?.count ?? 0, size.rawValue)
            withExtendedLifetime(key) {}
        }

        convenience init(copying other: State) {
            self.init()
            memory.copyMemory(from: other.memory, byteCount: Self.bytes)
        }

        deinit {
            // A keyed state begins as the key itself.
            sodium_memzero(memory, Self.bytes)
            memory.deallocate()
        }

        func update(_ bytes: UnsafeRawBufferPointer) {
            _ = crypto_generichash_blake2b_update(pointer, bytes.octets, UInt64(bytes.count))
        }

        func finish(size: Size) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: size.rawValue) { buffer, count in
                if let start = buffer.baseAddress {
                    _ = crypto_generichash_blake2b_final(pointer, start, size.rawValue)
                }
                count = size.rawValue
            }
        }
    }
}
