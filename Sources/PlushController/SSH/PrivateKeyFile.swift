import CSodium
import Glibc
import PlushSSH

/// What can be seen of a key file without its passphrase.
struct PrivateKeyFile: Sendable, Equatable {
    /// The public half, where it can be had.
    var identity: SSHIdentity?
    /// Whether there is a private half.
    var isPresent = false
    /// Whether the private half is protected by a passphrase.
    var isEncrypted = false
    /// Whether it is of the old kind that holds an RSA key, with its public half hidden.
    var isRSA = false

    /// A key file has some KiB; what is larger is something else.
    private static let bytesMax = 1 << 20

    /// Whether libssh2 can log in with it, as far as that is known: it knows RSA only with SHA-1, which servers refuse.
    var isUsable: Bool {
        !isRSA && (identity.map { Self.usableAlgorithms.contains($0.algorithm) } ?? true)
    }

    static let usableAlgorithms: Set = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    ]

    init() {}

    /// Looks at a file and, if need be, at the one beside it with `.pub` at its end.
    init(path: String) {
        let contents = Self.read(path)
        if let contents { self.init(contents: contents, path: path) } else { self.init() }
        // What cannot be read may be there all the same: ssh-add says why better than we could.
        if contents == nil, access(path, F_OK) == 0 { isPresent = true }
        if identity == nil, let half = Self.read(path + ".pub") { identity = Self.publicHalf(half, path: path) }
    }

    init(contents: [UInt8], path: String) {
        let text = String(decoding: contents, as: UTF8.self)
        guard text.contains("PRIVATE KEY-----") else {
            // IdentityFile may name a public key, whose private half an agent holds.
            identity = Self.publicHalf(contents, path: path)
            return
        }
        isPresent = true
        if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") {
            readOpenSSH(text, path: path)
        } else {
            isRSA = text.contains("-----BEGIN RSA PRIVATE KEY-----")
            isEncrypted = text.contains("ENCRYPTED")
        }
    }

    /// PROTOCOL.key of OpenSSH: the magic, the cipher, the key derivation and its options, a count, the public half.
    private mutating func readOpenSSH(_ text: String, path: String) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") && !$0.contains(":") }
        var bytes = Self.base64(lines.joined())[...]
        let magic = Array("openssh-key-v1\0".utf8)
        guard bytes.starts(with: magic) else { return }
        bytes = bytes.dropFirst(magic.count)
        guard let cipher = Self.string(&bytes), Self.string(&bytes) != nil, Self.string(&bytes) != nil,
            bytes.count >= 4
        else { return }
        isEncrypted = !cipher.elementsEqual("none".utf8)
        bytes = bytes.dropFirst(4)
        guard let blob = Self.string(&bytes) else { return }
        identity = SSHIdentity(blob: Array(blob), comment: path)
    }

    private static func string(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= 4 else { return nil }
        let count = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard count <= bytes.count - 4 else { return nil }
        let string = bytes.dropFirst(4).prefix(count)
        bytes = bytes.dropFirst(4 + count)
        return string
    }

    /// One line: the algorithm, the key, a comment.
    private static func publicHalf(_ contents: [UInt8], path: String) -> SSHIdentity? {
        for line in String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, !words[0].hasPrefix("#") else { continue }
            guard let identity = SSHIdentity(blob: base64(String(words[1])), comment: path),
                identity.algorithm == words[0]
            else { return nil }
            return identity
        }
        return nil
    }

    private static func base64(_ text: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 4 * 3 + 3)
        var count = 0
        let status = sodium_base642bin(
            &bytes, bytes.count, text, text.utf8.count, nil, &count, nil, sodium_base64_VARIANT_ORIGINAL)
        return status == 0 ? Array(bytes[..<count]) : []
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while contents.count <= bytesMax {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return contents }
            contents += buffer[..<count]
        }
        return nil
    }
}
