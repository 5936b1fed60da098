import NIOCore

/// How two nodes of an overlay turn a byte stream into a sealed link (protocol rule 13). The side that opens the
/// connection is the ``Initiator``, the other one the ``Responder``; both are machines without IO, clock or randomness.
///
/// ```text
/// initiator: "PLSH" | version UInt16 | overlay id 16          the preface, in clear; also the Noise prologue
///            length UInt16 | gate 16 | Noise message 1        payload: the initiator's certificate
/// responder: length UInt16 | gate 16 | Noise message 2        payload: the responder's certificate
/// ```
///
/// Integers are big-endian. `length` counts the gate and the message. The gate is a keyed BLAKE2b-128 under the
/// bootstrap key: of preface and message 1 in the first case; of preface, first gate and message 2 in the second, so
/// that a reply recorded earlier, or message 1 sent back, is refused without a Diffie-Hellman.
///
/// **Rule for callers: nothing is attached, counted as a child or displaced before the first record of the initiator
/// opens.** Whoever recorded a first message can send it again to a responder that has not seen it: it presents a
/// genuine certificate and passes every check here. Only a record proves that the initiator holds its private key now.
/// An initiator therefore sends a record as soon as it is established.
///
/// The caller also bounds the time a handshake may take, the number of unfinished ones, and the bytes it buffers for
/// one: ``handshakeBytesMax``.
package enum LinkHandshake {
    /// The version this code speaks.
    package static let version: UInt16 = 1

    /// Length of the preface.
    package static let prefaceBytes = 4 + 2 + overlayIdBytes

    /// Length of an overlay's id.
    package static let overlayIdBytes = 16

    /// All that an initiator may send before it has read the reply, and more than a responder answers. A caller stops
    /// reading from a link in handshake when it has buffered this much.
    package static let handshakeBytesMax =
        prefaceBytes + lengthBytes + Gate.tagBytes + NoiseIK.firstMessageBytes + SealLimits.handshakePayloadBytesMax

    static let magic: [UInt8] = [0x50, 0x4c, 0x53, 0x48]
    static let lengthBytes = 2

    static func append(_ message: ByteBuffer, gate: [UInt8], to out: inout ByteBuffer) {
        out.writeInteger(UInt16(gate.count + message.readableBytes))
        out.writeBytes(gate)
        out.writeImmutableBuffer(message)
    }

    /// Takes a whole message from `input` once it is there. The length is judged before the bytes are waited for, the
    /// gate before anything else is done with them.
    static func readMessage(
        _ input: inout ByteBuffer,
        emptyMessageBytes: Int,
        overlay: Overlay,
        gateContext: [UInt8],
    ) throws(SealError) -> GatedMessage? {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self).map(Int.init) else { return nil }
        let bytesMin = Gate.tagBytes + emptyMessageBytes
        let bytesMax = bytesMin + SealLimits.handshakePayloadBytesMax
        guard (bytesMin...bytesMax).contains(length) else {
            throw SealError(
                .badLength,
                "a handshake message has an impossible length",
                context: ["bytes": length, "min": bytesMin, "max": bytesMax],
            )
        }
        guard input.readableBytes >= lengthBytes + length else { return nil }
        input.moveReaderIndex(forwardBy: lengthBytes)
        guard let gate = input.readBytes(length: Gate.tagBytes),
            let message = input.readSlice(length: length - Gate.tagBytes),
            overlay.gate.isValid(tag: gate, context: gateContext, message: message)
        else {
            throw SealError(.wrongGate, "the peer does not have the overlay's bootstrap key")
        }
        return GatedMessage(gate: gate, bytes: message)
    }

    static func checkPayload(_ payload: ByteBuffer) throws(SealError) {
        guard payload.readableBytes <= SealLimits.handshakePayloadBytesMax else {
            throw SealError(
                .payloadTooLong,
                "a handshake payload is above its limit",
                context: ["bytes": payload.readableBytes, "max": SealLimits.handshakePayloadBytesMax],
            )
        }
    }

    /// A handshake message whose gate was right.
    struct GatedMessage {
        let gate: [UInt8]
        let bytes: ByteBuffer
    }
}
