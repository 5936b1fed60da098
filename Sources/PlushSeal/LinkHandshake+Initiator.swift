import NIOCore

extension LinkHandshake {
    /// The side that opens the connection and knows the key of whom it calls.
    package struct Initiator {
        private var state: State
        private let overlay: Overlay
        private let remoteStatic: [UInt8]
        private let recordsPerKey: UInt64

        /// Starts a handshake with the owner of `remoteStatic` and appends the preface and first message to `out`.
        ///
        /// `ephemeral` is 32 fresh random bytes for this handshake alone. `recordsPerKey` is an argument for tests.
        /// Throws, with `out` unchanged, when a length is wrong or `remoteStatic` is a weak key.
        package init(
            overlay: Overlay,
            staticKey: StaticKeyPair,
            remoteStatic: [UInt8],
            payload: ByteBuffer,
            ephemeral: [UInt8],
            recordsPerKey: UInt64 = SealLimits.recordsPerKey,
            into out: inout ByteBuffer,
        ) throws(SealError) {
            try checkPayload(payload)
            var noise = NoiseIK.Initiator(
                staticKey: staticKey,
                ephemeral: try StaticKeyPair(privateKey: ephemeral),
                remoteStatic: remoteStatic,
                prologue: overlay.preface,
            )
            var message = ByteBuffer()
            try noise.writeFirst(payload: payload, into: &message)
            let gate = overlay.gate.tag(context: overlay.preface, message: message)
            out.writeBytes(overlay.preface)
            append(message, gate: gate, to: &out)
            self.overlay = overlay
            self.remoteStatic = remoteStatic
            self.recordsPerKey = recordsPerKey
            state = .awaitingReply(noise, replyContext: overlay.preface + gate)
        }

        /// What came of some more bytes.
        package enum ReceiveResult: Equatable {
            /// The reply is not complete; `input` is as it was.
            case needMoreBytes
            /// The responder answered; its payload is the caller's to judge before the link is used.
            case established(payload: ByteBuffer, link: SealedLink)
            /// The responder's fault: close this link, and only this one.
            case refused(SealError)
        }

        /// Reads the reply from `input`; bytes after it stay there for the opener. Asking again after a refusal gives
        /// the same refusal.
        package mutating func receive(_ input: inout ByteBuffer) -> ReceiveResult {
            switch state {
            case .awaitingReply(let noise, let replyContext):
                do throws(SealError) {
                    let gated = try readMessage(
                        &input,
                        emptyMessageBytes: NoiseIK.secondMessageBytes,
                        overlay: overlay,
                        gateContext: replyContext,
                    )
                    guard let gated else { return .needMoreBytes }
                    let (payload, transport) = try noise.readSecond(gated.bytes)
                    state = .established
                    let link = SealedLink(transport, remoteStatic: remoteStatic, recordsPerKey: recordsPerKey)
                    return .established(payload: payload, link: link)
                } catch {
                    state = .refused(error)
                    return .refused(error)
                }
            case .refused(let error):
                return .refused(error)
            case .established:
                preconditionFailure("bytes of an established link belong to its opener, not to the handshake")
            }
        }

        private enum State {
            case awaitingReply(NoiseIK.Initiator, replyContext: [UInt8])
            case established
            case refused(SealError)
        }
    }
}
