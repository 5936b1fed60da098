import NIOCore

/// The SymmetricState of the Noise specification (section 5.2): the running hash of all that was said, and the keys
/// mixed from every Diffie-Hellman result. A value: a failed read leaves the caller's state as it was.
struct NoiseSymmetricState {
    /// Hash of the transcript; at the end it names the handshake uniquely on both sides.
    private(set) var handshakeHash: [UInt8]

    private var chainingKey: SecretBytes
    private var key: SecretBytes?
    private var nonce: UInt64 = 0

    /// Starts the transcript with the protocol's name (shorter than a hash, so padded) and the prologue.
    init(protocolName: StaticString, prologue: [UInt8]) {
        Sodium.start()
        var name = protocolName.withUTF8Buffer { [UInt8]($0) }
        name.append(contentsOf: repeatElement(0, count: NoiseKeys.hashBytes - name.count))
        handshakeHash = name
        chainingKey = SecretBytes(copying: name)
        mixHash(prologue)
    }

    /// Adds public bytes to the transcript.
    mutating func mixHash(_ bytes: some ByteSource) {
        handshakeHash = NoiseKeys.hash(handshakeHash, bytes)
    }

    /// Adds a Diffie-Hellman result to the keys.
    mutating func mixKey(_ sharedSecret: SecretBytes) {
        let (next, output) = NoiseKeys.derive(chainingKey: chainingKey, input: sharedSecret)
        chainingKey = next
        key = NoiseKeys.cipherKey(output)
        nonce = 0
    }

    /// Appends `plaintext` sealed under the present key with the transcript as associated data.
    mutating func encryptAndHash(_ plaintext: some ByteSource, into out: inout ByteBuffer) {
        let key = presentKey
        let ciphertextBytes = plaintext.withBytes { $0.count } + SealLimits.tagBytes
        let start = out.writerIndex
        out.writeWithUnsafeMutableBytes(minimumWritableBytes: ciphertextBytes) { destination in
            guard let base = destination.baseAddress else { return 0 }
            plaintext.withBytes { plaintext in
                handshakeHash.withBytes { hash in
                    ChaChaPoly.seal(plaintext, associatedData: hash, key: key.pointer, nonce: nonce, to: base)
                }
            }
            return ciphertextBytes
        }
        nonce += 1
        if let ciphertext = out.getSlice(at: start, length: ciphertextBytes) { mixHash(ciphertext) }
    }

    /// The plaintext of `ciphertext`, or nil when it does not authenticate.
    mutating func decryptAndHash(_ ciphertext: ByteBuffer) -> ByteBuffer? {
        let key = presentKey
        let plaintextBytes = ciphertext.readableBytes - SealLimits.tagBytes
        guard plaintextBytes >= 0 else { return nil }
        var plaintext = ByteBuffer()
        var isGenuine = false
        // One byte more, because an empty payload still needs an address to be written to.
        plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: plaintextBytes + 1) { destination in
            guard let base = destination.baseAddress else { return 0 }
            isGenuine = ciphertext.withBytes { ciphertext in
                handshakeHash.withBytes { hash in
                    ChaChaPoly.open(ciphertext, associatedData: hash, key: key.pointer, nonce: nonce, to: base)
                }
            }
            return isGenuine ? plaintextBytes : 0
        }
        guard isGenuine else { return nil }
        nonce += 1
        mixHash(ciphertext)
        return plaintext
    }

    /// The keys of the two directions: initiator to responder, then responder to initiator.
    func split() -> (SecretBytes, SecretBytes) {
        let (first, second) = NoiseKeys.derive(chainingKey: chainingKey, input: [])
        return (NoiseKeys.cipherKey(first), NoiseKeys.cipherKey(second))
    }

    private var presentKey: SecretBytes {
        guard let key else { preconditionFailure("the IK pattern seals nothing before its first Diffie-Hellman") }
        return key
    }
}
