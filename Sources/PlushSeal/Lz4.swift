import CLZ4
import NIOCore

/// lz4 block compression for bodies, applied once by the sender that creates a body and forwarded as it is.
///
/// The block carries no length: the enclosing frame declares it, and the receiver checks it against its cap before it
/// allocates. Bodies with key material are never compressed, because the compressed length tells about the content.
package enum Lz4 {
    /// The compressed block, or nil when it would not pay: below `bytesMin`, or not smaller by at least 1/8.
    @inlinable package static func compress(
        _ bytes: some ByteSource,
        bytesMin: Int = SealLimits.lz4BytesMin,
    ) -> ByteBuffer? {
        bytes.withBytes { source in
            guard source.count >= max(bytesMin, 1), source.count <= SealLimits.lz4BlockBytesMax else { return nil }
            // A bound below the input makes lz4 give up as soon as it is clear that the saving is not there.
            let bound = source.count - max(source.count / SealLimits.lz4SavingDivisor, 1)
            var block = ByteBuffer()
            let written = block.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { destination in
                Int(
                    LZ4_compress_default(
                        source.characters,
                        destination.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(source.count),
                        Int32(bound)))
            }
            guard written > 0 else { return nil }
            // A body may wait for long: it must not keep a buffer that is many times its size.
            return written < bound / 2 ? ByteBuffer(buffer: block) : block
        }
    }

    /// The body of `block`, exactly `declaredBytes` long.
    ///
    /// Throws ``SealError/Code/badDeclaredSize`` before anything is allocated when `declaredBytes` is above
    /// `bytesMax` or more than the block could hold, and ``SealError/Code/badCompressedBody`` when the block is
    /// malformed or of another size.
    @inlinable package static func decompress(
        _ block: some ByteSource,
        declaredBytes: Int,
        bytesMax: Int,
    ) throws(SealError) -> ByteBuffer {
        let cap = min(bytesMax, SealLimits.lz4BlockBytesMax)
        let blockBytes = block.withBytes { $0.count }
        guard declaredBytes > 0, declaredBytes <= cap else {
            throw SealError(
                .badDeclaredSize,
                "a compressed body declares a size outside its cap",
                context: ["declared": declaredBytes, "max": cap],
            )
        }
        guard blockBytes <= cap, declaredBytes / SealLimits.lz4ExpansionMax <= blockBytes else {
            throw SealError(
                .badDeclaredSize,
                "a compressed body cannot expand to the size it declares",
                context: ["declared": declaredBytes, "compressed": blockBytes],
            )
        }
        var body = ByteBuffer()
        let written = block.withBytes { source in
            body.writeWithUnsafeMutableBytes(minimumWritableBytes: declaredBytes) { destination in
                let count = LZ4_decompress_safe(
                    source.characters,
                    destination.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(source.count),
                    Int32(declaredBytes))
                return max(Int(count), 0)
            }
        }
        guard written == declaredBytes else {
            throw SealError(
                .badCompressedBody,
                "a compressed body is malformed or not of the size it declares",
                context: ["declared": declaredBytes, "found": written],
            )
        }
        return body
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as lz4 takes them.
    @inlinable package var characters: UnsafePointer<CChar>? {
        baseAddress?.assumingMemoryBound(to: CChar.self)
    }
}
