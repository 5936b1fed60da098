import CSSH2
import Glibc
import NIOCore

/// The channel of one command.
extension SSHSession {
    /// The two outputs of a command, by their numbers in the protocol.
    enum Stream: Int32 {
        case output = 0
        case error = 1
    }

    /// What reading gave.
    enum Reading {
        case bytes(ByteBuffer)
        /// Nothing more for now.
        case nothing
        case failed(String)
    }

    /// Opens a channel; nil with `waiting` or a failure.
    func openChannel() -> (OpaquePointer?, Progress) {
        let kind = "session"
        let channel = libssh2_channel_open_ex(
            handle, kind, UInt32(kind.utf8.count), SSHLimits.windowBytes, SSHLimits.packetBytes, nil, 0)
        return (channel, channel == nil ? progress(libssh2_session_last_errno(handle)) : .done)
    }

    /// Asks for the command to be run.
    func start(_ command: String, on channel: OpaquePointer) -> Progress {
        let request = "exec"
        return progress(
            libssh2_channel_process_startup(
                channel, request, UInt32(request.utf8.count), command, UInt32(command.utf8.count)))
    }

    /// Takes what the command has written to one of its outputs.
    func read(_ stream: Stream, of channel: OpaquePointer, _ allocator: ByteBufferAllocator) -> Reading {
        // Most of what is read is short: it is copied into a buffer of its size, and the large one is given back at once.
        withUnsafeTemporaryAllocation(byteCount: SSHLimits.readBytes, alignment: 16) { space in
            let bytes = space.withMemoryRebound(to: CChar.self) { $0 }
            let count = libssh2_channel_read_ex(channel, stream.rawValue, bytes.baseAddress, bytes.count)
            if count > 0 {
                var buffer = allocator.buffer(capacity: count)
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: space[..<count]))
                return .bytes(buffer)
            }
            switch progress(Int32(truncatingIfNeeded: count)) {
            case .done, .waiting: return .nothing
            case .failed(_, let words): return .failed(words)
            }
        }
    }

    /// Hands bytes to the command's input, as many as the server has asked for; 0 when it asks for none now.
    func write(_ bytes: ByteBuffer, to channel: OpaquePointer) -> (Int, Progress) {
        let count = bytes.withUnsafeReadableBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { libssh2_channel_write_ex(channel, 0, $0.baseAddress, $0.count) }
        }
        return count > 0 ? (count, .done) : (0, count == 0 ? .waiting : progress(Int32(truncatingIfNeeded: count)))
    }

    /// Ends the command's input.
    func endInput(of channel: OpaquePointer) -> Progress {
        progress(libssh2_channel_send_eof(channel))
    }

    /// Whether the command has closed its outputs and they have been read.
    func isAtEnd(_ channel: OpaquePointer) -> Bool {
        libssh2_channel_eof(channel) == 1
    }

    /// Waits for the server's close, which comes after the exit code.
    func awaitClose(of channel: OpaquePointer) -> Progress {
        progress(libssh2_channel_wait_closed(channel))
    }

    /// How the command ended.
    func exit(of channel: OpaquePointer) -> SSHExit {
        var name: UnsafeMutablePointer<CChar>?
        guard libssh2_channel_get_exit_signal(channel, &name, nil, nil, nil, nil, nil) == 0, let name else {
            return .code(libssh2_channel_get_exit_status(channel))
        }
        defer { libssh2_free(handle, name) }
        let bytes = UnsafeRawBufferPointer(start: name, count: strnlen(name, SSHLimits.quotedCharactersMax))
        return .signal(SSHGreeting.printable(bytes, SSHLimits.quotedCharactersMax))
    }

    /// Closes and forgets the channel.
    func release(_ channel: OpaquePointer) -> Progress {
        progress(libssh2_channel_free(channel))
    }
}
