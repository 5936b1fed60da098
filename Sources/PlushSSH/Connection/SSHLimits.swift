/// Limits of SSH connections, each with its reason.
package enum SSHLimits {
    /// What a server may say before its identification: a long legal notice has a few kilobytes.
    package static let greetingBytesMax = 64 << 10
    /// The same, in lines.
    package static let greetingLinesMax = 1024
    /// RFC 4253, section 4.2: an identification has at most 255 characters, its line end included.
    package static let identificationBytesMax = 255
    /// How much of what a stranger said is shown to the user: enough to recognise a web or mail server by.
    package static let quotedCharactersMax = 60
    /// How much of a server's reason for a disconnection is shown.
    package static let reasonCharactersMax = 120
    /// Memory of libssh2 for one session: its structures take 70 KiB, a window of output that nobody has read yet 2 MiB.
    package static let sessionBytesMax = 8 << 20
    /// Output that a command may send before it has to wait: libssh2's own default.
    package static let windowBytes: UInt32 = 2 << 20
    /// The largest packet of output, by RFC 4253, section 6.1.
    package static let packetBytes: UInt32 = 32 << 10
    /// Output that is taken from libssh2 at a time: two packets.
    package static let readBytes = 64 << 10
    /// Above this much input that the server has not asked for yet, the connection is not writable.
    package static let inputQueueHighBytes = 128 << 10
    /// Below it, it is again.
    package static let inputQueueLowBytes = 32 << 10
    /// Sealed bytes made in one go, so that a large write is not held twice.
    package static let sealedBytesMax = 128 << 10
    /// What a server may have us answer without reading it: more means that it only makes us fill memory.
    package static let unreadAnswersMax = 4 << 20
    /// What a server may send while nothing runs: OpenSSH announces its host keys then, in 1 KiB.
    package static let idleInputBytesMax = 256 << 10
    /// No signature that libssh2 can send is longer: two numbers of 66 bytes for ECDSA on the largest curve.
    package static let signatureBytesMax = 512
    /// Calls in a row to finish a session whose transport is gone; one is enough unless libssh2 loops.
    package static let farewellCallsMax = 16
    /// A command goes out as one packet: 32,768 bytes by RFC 4253, less the request's own fields.
    package static let commandBytesMax = 32_000
}
