import CSodium

/// The key by which a server proves who it is.
package struct SSHHostKey: Hashable, Sendable {
    /// The key as it travels (RFC 4253, section 6.6): a string that names its algorithm, then its numbers.
    package let blob: [UInt8]
    /// The name at the beginning of the blob: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`.
    package let algorithm: String

    /// Nil when the blob does not begin with a name.
    package init?(blob: [UInt8]) {
        guard let algorithm = SSHKeyBlob.algorithm(of: blob) else { return nil }
        self.blob = blob
        self.algorithm = algorithm
    }

    /// As `ssh-keygen -l` prints it: `SHA256:` and 43 characters.
    package var fingerprint: String { SSHKeyBlob.fingerprint(of: blob) }
}

/// A key pair that can sign for a user; the private half stays with whoever signs.
package struct SSHIdentity: Hashable, Sendable {
    /// The public key as it travels.
    package let blob: [UInt8]
    /// The name at the beginning of the blob.
    package let algorithm: String
    /// Where it comes from, for people: a file's name or what the ssh-agent calls it.
    package let comment: String

    /// Nil when the blob does not begin with a name.
    package init?(blob: [UInt8], comment: String) {
        guard let algorithm = SSHKeyBlob.algorithm(of: blob) else { return nil }
        self.blob = blob
        self.algorithm = algorithm
        self.comment = comment
    }
}

/// What host keys and user keys have in common.
enum SSHKeyBlob {
    /// Longer than any algorithm's name.
    private static let nameBytesMax = 64

    static func algorithm(of blob: [UInt8]) -> String? {
        guard blob.count > 4 else { return nil }
        let count = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard (1...nameBytesMax).contains(count), blob.count >= 4 + count else { return nil }
        let name = blob[4..<(4 + count)]
        guard name.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    static func fingerprint(of blob: [UInt8]) -> String {
        var sha256 = Sha256()
        blob.withUnsafeBytes { sha256.update($0) }
        let digest = sha256.finish()
        let variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(digest.count, variant))
        sodium_bin2base64(&text, text.count, digest, digest.count, variant)
        return "SHA256:" + String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
