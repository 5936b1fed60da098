import CSSH2
import CSodium

/// One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): marker, names, algorithm, key.
struct KnownHostsLine: Equatable, Sendable {
    /// What a line says about its key.
    enum Marker: Hashable, Sendable {
        /// The key is the host's.
        case none
        /// The key must not be taken from these hosts, whatever other lines say.
        case revoked
        /// The key signs certificates of these hosts.
        case authority
    }

    /// Whose key it is.
    enum Names: Equatable, Sendable {
        case literal([String])
        case patterns(HostPatternList)
        case hashed(salt: [UInt8], digest: [UInt8])
    }

    let marker: Marker
    let names: Names
    let key: SSHHostKey

    /// What a line may be.
    enum Reading: Equatable, Sendable {
        /// Empty, a comment, or a key of a protocol that is gone.
        case nothing
        case line(KnownHostsLine)
        /// Not to be understood: skipped, as ssh does.
        case bad
    }

    /// Reads one line without its end.
    static func read(_ bytes: ArraySlice<UInt8>, limits: KnownHostsLimits) -> Reading {
        guard bytes.count <= limits.lineBytesMax else { return .bad }
        var words = bytes.split(maxSplits: 4, whereSeparator: isBlank)[...]
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return .nothing }
        var marker = Marker.none
        if first.first == UInt8(ascii: "@") {
            switch String(decoding: first, as: UTF8.self) {
            case "@revoked": marker = .revoked
            case "@cert-authority": marker = .authority
            default: return .bad
            }
            words = words.dropFirst()
        }
        // `name bits exponent modulus`: a key of version 1 of the protocol, which nobody speaks any more.
        if words.count >= 4, words.dropFirst().prefix(2).allSatisfy({ $0.allSatisfy(isDigit) }) { return .nothing }
        guard words.count >= 3, let names = names(words[words.startIndex], limits: limits),
            let blob = base64(words[words.startIndex + 2]), let key = SSHHostKey(blob: blob),
            key.algorithm.utf8.elementsEqual(words[words.startIndex + 1])
        else { return .bad }
        return .line(KnownHostsLine(marker: marker, names: names, key: key))
    }

    private static func names(_ word: ArraySlice<UInt8>, limits: KnownHostsLimits) -> Names? {
        guard word.first != UInt8(ascii: "|") else { return hashed(word) }
        let words = word.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
        guard !words.isEmpty, words.count <= limits.namesPerLineMax else { return nil }
        guard words.allSatisfy(HostPatternList.isLiteral) else { return .patterns(HostPatternList(words)) }
        return .literal(words.map(HostPatternList.lowercased))
    }

    /// `|1|salt|digest`: one hashed name stands alone in its line.
    private static func hashed(_ word: ArraySlice<UInt8>) -> Names? {
        let parts = word.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].elementsEqual([UInt8(ascii: "1")]), let salt = base64(parts[2]),
            let digest = base64(parts[3]), salt.count == PLUSH_HASHED_NAME_BYTES,
            digest.count == PLUSH_HASHED_NAME_BYTES
        else { return nil }
        return .hashed(salt: salt, digest: digest)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Nil unless every character belongs to it.
    static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded = [UInt8](repeating: 0, count: text.count / 4 * 3 + 3)
        var count = 0
        let status = text.withUnsafeBytes { source in
            sodium_base642bin(
                &decoded, decoded.count, source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count, nil,
                &count, nil, sodium_base64_VARIANT_ORIGINAL)
        }
        return status == 0 ? Array(decoded[..<count]) : nil
    }

    static func base64Text(_ bytes: [UInt8]) -> String {
        let variant = sodium_base64_VARIANT_ORIGINAL
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
        sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
