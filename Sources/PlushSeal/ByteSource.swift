import NIOCore

/// Anything whose bytes lie in one piece of memory, so that keys, hashes and signatures take them without a copy.
package protocol ByteSource {
    /// Calls `body` with the bytes; the pointer is dead when it returns.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension UnsafeRawBufferPointer: ByteSource {
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(self)
    }
}

extension ByteBuffer: ByteSource {
    /// The readable bytes.
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeReadableBytes { body($0) }
    }
}

extension [UInt8]: ByteSource {
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes { body($0) }
    }
}

extension ArraySlice<UInt8>: ByteSource {
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes { body($0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as libsodium takes them; nil only when there are none.
    @inlinable package var octets: UnsafePointer<UInt8>? {
        baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}
