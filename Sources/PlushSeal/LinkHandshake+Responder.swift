import NIOCore

extension LinkHandshake {
    /// The side that was called by someone it knows nothing about.
    package struct Responder {
        private var state = State.awaitingPreface
        private let overlay: Overlay
        private let staticKey: StaticKeyPair
        private let recordsPerKey: UInt64

        /// A responder that owns `staticKey`. `recordsPerKey` is an argument for tests.
        package init(
            overlay: Overlay,
            staticKey: StaticKeyPair,
            recordsPerKey: UInt64 = SealLimits.recordsPerKey,
        ) {
            self.overlay = overlay
            self.staticKey = staticKey
            self.recordsPerKey = recordsPerKey
        }

        /// What came of some more bytes.
        package enum ReceiveResult: Equatable {
            /// The first message is not complete, or the caller has not yet judged it.
            case needMoreBytes
            /// A member of the overlay (or a replay of one, see ``LinkHandshake``) shows its certificate and key. The
            /// caller judges them and either drops the link or calls
            /// ``Responder/accept(replyPayload:ephemeral:into:)``.
            case peerPresented(payload: ByteBuffer, remoteStatic: [UInt8])
            /// The initiator's fault: close this link, and only this one.
            case refused(SealError)
        }

        /// Reads preface and first message from `input`, each part judged as soon as it is there. Asking again after a
        /// refusal gives the same refusal.
        package mutating func receive(_ input: inout ByteBuffer) -> ReceiveResult {
            switch state {
            case .awaitingPreface:
                do throws(SealError) {
                    guard try overlay.readPreface(&input) else { return .needMoreBytes }
                } catch {
                    return refuse(error)
                }
                state = .awaitingFirstMessage
                return receiveFirstMessage(&input)
            case .awaitingFirstMessage:
                return receiveFirstMessage(&input)
            case .awaitingJudgement:
                return .needMoreBytes
            case .refused(let error):
                return .refused(error)
            case .established:
                preconditionFailure("bytes of an established link belong to its opener, not to the handshake")
            }
        }

        /// Accepts the peer that was presented: appends the reply to `out` and gives the link, which proves nothing
        /// until its opener has opened a record (see ``LinkHandshake``).
        ///
        /// `ephemeral` is 32 fresh random bytes for this handshake alone. Throws when a length is wrong, with `out`
        /// and the state unchanged. Calling it with nobody presented is a programming error.
        package mutating func accept(
            replyPayload: ByteBuffer,
            ephemeral: [UInt8],
            into out: inout ByteBuffer,
        ) throws(SealError) -> SealedLink {
            guard case .awaitingJudgement(let presented, let replyContext) = state else {
                preconditionFailure("accept while no peer is presented: \(state)")
            }
            try checkPayload(replyPayload)
            var message = ByteBuffer()
            let transport = try presented.writeSecond(
                payload: replyPayload,
                ephemeral: try StaticKeyPair(privateKey: ephemeral),
                into: &message,
            )
            append(message, gate: overlay.gate.tag(context: replyContext, message: message), to: &out)
            state = .established
            return SealedLink(transport, remoteStatic: presented.remoteStatic, recordsPerKey: recordsPerKey)
        }

        private mutating func receiveFirstMessage(_ input: inout ByteBuffer) -> ReceiveResult {
            do throws(SealError) {
                let gated = try readMessage(
                    &input,
                    emptyMessageBytes: NoiseIK.firstMessageBytes,
                    overlay: overlay,
                    gateContext: overlay.preface,
                )
                guard let gated else { return .needMoreBytes }
                let presented = try NoiseIK.Responder(staticKey: staticKey, prologue: overlay.preface)
                    .readFirst(gated.bytes)
                state = .awaitingJudgement(presented, replyContext: overlay.preface + gated.gate)
                return .peerPresented(payload: presented.payload, remoteStatic: presented.remoteStatic)
            } catch {
                return refuse(error)
            }
        }

        private mutating func refuse(_ error: SealError) -> ReceiveResult {
            state = .refused(error)
            return .refused(error)
        }

        private enum State: CustomStringConvertible {
            case awaitingPreface
            case awaitingFirstMessage
            case awaitingJudgement(NoiseIK.Presented, replyContext: [UInt8])
            case established
            case refused(SealError)

            /// The name alone: the associated values hold keys.
            var description: String {
                switch self {
                case .awaitingPreface: "awaitingPreface"
                case .awaitingFirstMessage: "awaitingFirstMessage"
                case .awaitingJudgement: "awaitingJudgement"
                case .established: "established"
                case .refused: "refused"
                }
            }
        }
    }
}
