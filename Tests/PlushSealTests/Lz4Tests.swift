import NIOCore
import PlushSeal
import Testing

private let compressible = ByteBuffer(repeating: 0x61, count: 10_000)

@Test func aBodyComesBackAsItWas() throws {
    let block = try #require(Lz4.compress(compressible))
    #expect(block.readableBytes < compressible.readableBytes / 8)
    #expect(try Lz4.decompress(block, declaredBytes: 10_000, bytesMax: 10_000) == compressible)
}

@Test func nothingIsCompressedThatDoesNotPay() {
    #expect(Lz4.compress(ByteBuffer(repeating: 0x61, count: SealLimits.lz4BytesMin - 1)) == nil)
    #expect(Lz4.compress(ByteBuffer(repeating: 0x61, count: SealLimits.lz4BytesMin)) != nil)
    #expect(Lz4.compress(ByteBuffer(), bytesMin: 0) == nil)
    // Digests of a counter: no two bytes predict a third.
    let noise = (0..<64).flatMap { ContentHash.digest(of: [UInt8($0)]) }
    #expect(Lz4.compress(noise) == nil)
}

@Test func aBombIsRefusedBeforeItIsUnpacked() throws {
    let bomb = try #require(Lz4.compress(ByteBuffer(repeating: 0, count: 8 << 20)))
    #expect(bomb.readableBytes < 64 << 10)
    #expect(decompressError(bomb, declared: 8 << 20, max: 1 << 20) == .badDeclaredSize)
    // Declared small enough, but longer inside: the block may not run over what was declared.
    #expect(decompressError(bomb, declared: 1 << 20, max: 1 << 20) == .badCompressedBody)
    // A few bytes that claim to be a megabyte: more than any block of that length holds.
    #expect(decompressError(ByteBuffer(bytes: [0, 1, 2]), declared: 1 << 20, max: 1 << 20) == .badDeclaredSize)
    #expect(decompressError(bomb, declared: .max, max: .max) == .badDeclaredSize)
    #expect(decompressError(bomb, declared: 0, max: 1 << 20) == .badDeclaredSize)
    #expect(decompressError(bomb, declared: -1, max: 1 << 20) == .badDeclaredSize)
}

@Test func aBodyOfAnotherSizeThanDeclaredIsRefused() throws {
    let block = try #require(Lz4.compress(compressible))
    #expect(decompressError(block, declared: 9_999, max: 1 << 20) == .badCompressedBody)
    #expect(decompressError(block, declared: 10_001, max: 1 << 20) == .badCompressedBody)
    #expect(decompressError(ByteBuffer(), declared: 1, max: 1 << 20) == .badCompressedBody)
    for length in 1..<block.readableBytes {
        let cut = try #require(block.getSlice(at: block.readerIndex, length: length))
        let error = try #require(decompressError(cut, declared: 10_000, max: 1 << 20), "length \(length)")
        #expect([.badCompressedBody, .badDeclaredSize].contains(error))
    }
}

private func decompressError(_ block: ByteBuffer, declared: Int, max: Int) -> SealError.Code? {
    do throws(SealError) {
        _ = try Lz4.decompress(block, declaredBytes: declared, bytesMax: max)
        return nil
    } catch {
        return error.code
    }
}
