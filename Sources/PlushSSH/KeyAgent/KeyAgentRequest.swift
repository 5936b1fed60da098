import NIOCore

/// What an ssh-agent is asked (draft-miller-ssh-agent, sections 4.4 and 4.5).
enum KeyAgentRequest: Equatable {
    /// SSH_AGENTC_REQUEST_IDENTITIES
    case identities
    /// SSH_AGENTC_SIGN_REQUEST without flags: those concern RSA keys only, and libssh2 wants none of them.
    case sign(blob: [UInt8], data: [UInt8])

    /// Bytes of the message behind its length.
    var bytes: Int {
        switch self {
        case .identities: 1
        case .sign(let blob, let data): 1 + 4 + blob.count + 4 + data.count + 4
        }
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(bytes))
        switch self {
        case .identities:
            buffer.writeInteger(UInt8(11))
        case .sign(let blob, let data):
            buffer.writeInteger(UInt8(13))
            buffer.writeInteger(UInt32(blob.count))
            buffer.writeBytes(blob)
            buffer.writeInteger(UInt32(data.count))
            buffer.writeBytes(data)
            buffer.writeInteger(UInt32(0))
        }
    }
}
