import CSodium

/// Key material in memory of its own that is overwritten when the last owner lets go.
///
/// `@unchecked Sendable` because the bytes are written before `init` returns and never again before `deinit`.
/// Not `sodium_malloc`: its guard pages cost 16 KiB a key, too much for relays with thousands of links.
package final class SecretBytes: @unchecked Sendable {
    /// The first byte; lives as long as this object.
    package let pointer: UnsafePointer<UInt8>

    /// Number of bytes.
    package let count: Int

    private let storage: UnsafeMutablePointer<UInt8>

    /// `count` zero bytes, then filled by `fill`.
    package init(count: Int, fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        storage = .allocate(capacity: count)
        storage.initialize(repeating: 0, count: count)
        fill(storage)
        pointer = UnsafePointer(storage)
        self.count = count
    }

    /// A copy of `bytes`; wiping the original is its owner's business.
    package convenience init(copying bytes: some ByteSource) {
        let count = bytes.withBytes { $0.count }
        self.init(count: count) { storage in
            bytes.withBytes { UnsafeMutableRawBufferPointer(start: storage, count: count).copyMemory(from: $0) }
        }
    }

    deinit {
        sodium_memzero(storage, count)
        storage.deallocate()
    }
}

extension SecretBytes: ByteSource {
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeRawBufferPointer(start: pointer, count: count)) }
    }
}
