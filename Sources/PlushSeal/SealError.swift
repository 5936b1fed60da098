/// The one error of this module: why a key, handshake, record or compressed body was refused.
///
/// It never carries key material or bytes of a peer, so it may be logged as it is.
package struct SealError: Error, Equatable {
    /// What was wrong, for a program.
    package let code: Code

    /// What was wrong, for a person: one sentence without a full stop.
    package let message: String

    /// Figures that belong to the message, such as the length found and the limit.
    package let context: [String: Int]

    /// Makes an error; `context` holds figures only.
    package init(_ code: Code, _ message: String, context: [String: Int] = [:]) {
        self.code = code
        self.message = message
        self.context = context
    }
}

extension SealError {
    /// The kinds of refusal.
    package enum Code: String, Equatable, Sendable {
        /// A key, seed, overlay id or ephemeral of the wrong length: the caller's mistake.
        case badKeyLength
        /// A Diffie-Hellman result of zero: the peer sent a point of small order.
        case weakKey
        /// The first bytes on the link are not `PLSH`.
        case wrongMagic
        /// The peer speaks another version of the handshake.
        case wrongVersion
        /// The peer belongs to another overlay.
        case wrongOverlay
        /// A handshake message or record whose length field is outside its limits.
        case badLength
        /// The gate does not match: the peer does not know the bootstrap key, or bytes were altered.
        case wrongGate
        /// A Noise message that does not authenticate.
        case handshakeForged
        /// A handshake payload above ``SealLimits/handshakePayloadBytesMax``: the caller's mistake.
        case payloadTooLong
        /// A record that does not authenticate: altered, replayed, reordered or of another key.
        case recordForged
        /// The opener refused an earlier record and opens nothing any more.
        case openerPoisoned
        /// A declared size outside the cap, or more than lz4 could have produced.
        case badDeclaredSize
        /// A compressed body that is malformed or of another size than declared.
        case badCompressedBody
    }
}

extension SealError: CustomStringConvertible {
    /// `code: message (name=figure, ...)`, the figures sorted by name so that logs compare.
    package var description: String {
        let figures = context.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        return "\(code.rawValue): \(message)" + (figures.isEmpty ? "" : " (\(figures))")
    }
}
