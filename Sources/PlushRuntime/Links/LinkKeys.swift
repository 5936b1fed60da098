import NIOCore
import PlushSeal
import PlushWire

/// What a node brings to every handshake: the overlay's preface and gate, its own key, and its certificate.
package struct LinkKeys: Sendable {
    package let overlay: LinkHandshake.Overlay
    package let staticKey: StaticKeyPair
    package let certificate: Certificate

    package init(overlay: OverlayID, gateKey: [UInt8], staticKey: StaticKeyPair, certificate: Certificate)
        throws(SealError)
    {
        self.overlay = try LinkHandshake.Overlay(id: overlay.bytes, bootstrapKey: gateKey)
        self.staticKey = staticKey
        self.certificate = certificate
    }

    /// The certificate as the handshake's payload.
    var payload: ByteBuffer {
        var writer = WireWriter()
        certificate.write(to: &writer)
        return writer.buffer
    }

    /// Reads a peer's payload; nil when it is no certificate.
    static func certificate(in payload: ByteBuffer) -> Certificate? {
        var reader = WireReader(payload)
        guard let certificate = try? Certificate(from: &reader), reader.remaining == 0 else { return nil }
        return certificate
    }
}
