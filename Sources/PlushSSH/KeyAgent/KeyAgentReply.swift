import NIOCore

/// What an ssh-agent answers.
enum KeyAgentReply: Equatable {
    /// SSH_AGENT_FAILURE: it has no such key, the user said no, or it cannot.
    case refused
    /// SSH_AGENT_IDENTITIES_ANSWER
    case identities([SSHIdentity])
    /// SSH_AGENT_SIGN_RESPONSE, taken apart: RFC 4253's signature blob names the algorithm, then holds the signature.
    case signature(algorithm: String, bytes: [UInt8])

    /// Reads a message without its length. Throws where it is not exactly such a message.
    init(_ message: ByteBuffer) throws(SSHFailure) {
        var message = message
        switch message.readInteger(as: UInt8.self) {
        case 5, 30, 102:
            // The last two are failures of older protocols (OpenSSH's authfd.h), which some agents still send. None has
            // a body; one is let pass, because nothing depends on it.
            self = .refused
        case 12: self = .identities(try Self.identities(&message))
        case 14:
            var blob = ByteBuffer(bytes: try Self.string(&message))
            try Self.finish(message)
            let algorithm = String(decoding: try Self.string(&blob), as: UTF8.self)
            let bytes = try Self.string(&blob)
            guard !bytes.isEmpty else { throw Self.malformed("an empty signature") }
            // Security keys append flags and a counter here; libssh2 could not send them.
            try Self.finish(blob)
            self = .signature(algorithm: algorithm, bytes: bytes)
        case let type: throw Self.malformed("message type \(type.map(String.init) ?? "missing")")
        }
    }

    private static func identities(_ message: inout ByteBuffer) throws(SSHFailure) -> [SSHIdentity] {
        guard let count = message.readInteger(as: UInt32.self), count <= KeyAgentLimits.identitiesMax else {
            throw malformed("more than \(KeyAgentLimits.identitiesMax) keys")
        }
        var identities: [SSHIdentity] = []
        for _ in 0..<count {
            let blob = try string(&message)
            let comment = clean(try string(&message))
            // A key of a kind that has no name would be of no use; the others are.
            if let identity = SSHIdentity(blob: blob, comment: comment) { identities.append(identity) }
        }
        try finish(message)
        return identities
    }

    /// A name for a key, fit for a terminal.
    private static func clean(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(KeyAgentLimits.commentCharactersMax).map {
                    $0.properties.generalCategory == .control || $0.properties.generalCategory == .format ? "?" : $0
                }))
    }

    private static func string(_ buffer: inout ByteBuffer) throws(SSHFailure) -> [UInt8] {
        guard let count = buffer.readInteger(as: UInt32.self), let bytes = buffer.readBytes(length: Int(count)) else {
            throw malformed("a string that is longer than its message")
        }
        return bytes
    }

    private static func finish(_ buffer: ByteBuffer) throws(SSHFailure) {
        guard buffer.readableBytes == 0 else { throw malformed("bytes behind a message's end") }
    }

    static func malformed(_ what: String) -> SSHFailure {
        SSHFailure(
            .authentication, "the ssh-agent sent \(what)", remedy: "see what SSH_AUTH_SOCK or IdentityAgent name")
    }
}
