import NIOCore
import PlushSeal
import Testing

/// Expected values from Python's hashlib.
@Test(arguments: [
    (ContentHash.Size.bytes32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
    (ContentHash.Size.bytes16, "cf4ab791c62b8d2b2109c90275287816"),
])
func aDigestIsBlake2bHoweverTheBytesAreCut(size: ContentHash.Size, expected: String) {
    #expect(hex(ContentHash.digest(of: ByteBuffer(string: "abc"), size: size)) == expected)
    var hash = ContentHash(size: size)
    hash.update(ByteBuffer(string: "a"))
    hash.update([] as [UInt8])
    hash.update(ByteBuffer(string: "bc"))
    #expect(hex(hash.digest()) == expected)
    #expect(hex(hash.digest()) == expected, "asking twice changes nothing")
}

@Test func aCopiedHashGoesItsOwnWay() {
    var hash = ContentHash()
    hash.update(ByteBuffer(string: "a"))
    var copy = hash
    copy.update(ByteBuffer(string: "bc"))
    #expect(hash.digest() == ContentHash.digest(of: ByteBuffer(string: "a")))
    #expect(copy.digest() == ContentHash.digest(of: ByteBuffer(string: "abc")))
}

@Test func theGateIsKeyedBlake2bAndRefusesEveryOtherTag() throws {
    let gate = try Gate(bootstrapKey: [UInt8](0..<32))
    let context = [UInt8]("preface".utf8), message = ByteBuffer(string: "message")
    let tag = gate.tag(context: context, message: message)
    #expect(hex(tag) == "5c23a497f01db4220c6b8ce2518d9b5c")
    #expect(gate.isValid(tag: tag, context: context, message: message))
    #expect(!gate.isValid(tag: tag, context: [], message: message))
    #expect(!gate.isValid(tag: tag, context: context, message: ByteBuffer()))
    #expect(!gate.isValid(tag: tag.prefix(15), context: context, message: message))
    #expect(!gate.isValid(tag: [] as [UInt8], context: context, message: message))
    let other = try Gate(bootstrapKey: [UInt8](1..<33))
    #expect(!other.isValid(tag: tag, context: context, message: message))
    for index in tag.indices {
        var altered = tag
        altered[index] ^= 1
        #expect(!gate.isValid(tag: altered, context: context, message: message), "byte \(index)")
    }
}

@Test(arguments: [0, 16, 33])
func aBootstrapKeyOfAnotherLengthIsRefused(count: Int) {
    let error = #expect(throws: SealError.self) { try Gate(bootstrapKey: [UInt8](repeating: 1, count: count)) }
    #expect(error?.code == .badKeyLength)
}
