import NIOCore
import PlushSeal
import Testing

/// RFC 8032, section 7.1.
private let published = [
    (
        seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        message: "",
        signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
            + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
        seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        message: "af82",
        signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
            + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
]

@Test(arguments: published)
func ed25519SignaturesAreThoseOfTheRfc(
    seed: String, publicKey: String, message: String, signature: String
) throws {
    let pair = try SigningKeyPair(seed: try #require(bytes(hex: seed)))
    #expect(hex(pair.publicKey) == publicKey)
    let message = try #require(bytes(hex: message))
    #expect(hex(pair.sign(message)) == signature)
    #expect(pair.sign(ByteBuffer(bytes: message)) == pair.sign(message))
    #expect(
        SigningKeyPair.isValid(
            signature: try #require(bytes(hex: signature)),
            bytes: ByteBuffer(bytes: message),
            publicKey: pair.publicKey[...],
        ))
}

@Test func aSignatureHoldsForItsOwnBytesAndKeyOnly() throws {
    let pair = try SigningKeyPair(seed: [UInt8](repeating: 1, count: 32))
    let other = try SigningKeyPair(seed: [UInt8](repeating: 2, count: 32))
    let record: [UInt8] = [1, 2, 3]
    let signature = pair.sign(record)
    func isValid(_ signature: [UInt8], _ record: [UInt8], _ key: [UInt8]) -> Bool {
        SigningKeyPair.isValid(signature: signature, bytes: record, publicKey: key)
    }
    #expect(isValid(signature, record, pair.publicKey))
    #expect(!isValid(signature, record, other.publicKey))
    #expect(!isValid(signature, [1, 2], pair.publicKey))
    #expect(!isValid(signature, [], pair.publicKey))
    #expect(!isValid(signature.dropLast(), record, pair.publicKey))
    #expect(!isValid(signature + [0], record, pair.publicKey))
    #expect(!isValid([], record, pair.publicKey))
    #expect(!isValid(signature, record, pair.publicKey.dropLast()))
    #expect(!isValid(signature, record, []))
    // A key of small order would accept a signature of anything.
    #expect(!isValid(signature, record, [UInt8](repeating: 0, count: 32)))
    for index in signature.indices {
        var altered = signature
        altered[index] ^= 0x10
        #expect(!isValid(altered, record, pair.publicKey), "byte \(index)")
    }
}

@Test(arguments: [0, 31, 64])
func aSeedOfAnotherLengthIsRefused(count: Int) {
    let error = #expect(throws: SealError.self) { try SigningKeyPair(seed: [UInt8](repeating: 1, count: count)) }
    #expect(error?.code == .badKeyLength)
}

extension [UInt8] {
    fileprivate func dropLast() -> [UInt8] { Array(prefix(count - 1)) }
}
