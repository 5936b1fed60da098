/// What a handshake leaves to each side: a sealer, an opener and the name of the handshake.
///
/// Equal means the same link object, not an equal transcript: it lets results be compared in tests.
package struct SealedLink: Equatable {
    /// For what this side sends.
    package let sealer: RecordSealer
    /// For what this side receives.
    package let opener: RecordOpener
    /// 64 bytes, equal on both sides and different for every handshake: what a signature over this link binds to.
    package let handshakeHash: [UInt8]
    /// The peer's X25519 key, 32 bytes. On a responder it is proven only once ``opener`` has opened a record.
    package let remoteStatic: [UInt8]

    init(_ transport: NoiseIK.Transport, remoteStatic: [UInt8], recordsPerKey: UInt64) {
        sealer = RecordSealer(cipher: transport.sending, recordsPerKey: recordsPerKey)
        opener = RecordOpener(cipher: transport.receiving, recordsPerKey: recordsPerKey)
        handshakeHash = transport.handshakeHash
        self.remoteStatic = remoteStatic
    }

    package static func == (left: SealedLink, right: SealedLink) -> Bool {
        left.sealer === right.sealer && left.opener === right.opener
    }
}
