import Glibc
import NIOCore
import PlushSSH

/// The file of an ``AgentImage``, kept open: what is read later is the same file, and it is hashed again while it is,
/// in case somebody has written into it.
final class AgentImageFile: Sendable {
    /// Far above any agent (15 MB), and what a buffer may hold.
    private static let bytesMax = 1 << 30
    private static let pieceBytes = 1 << 20

    let hash: String
    let sizeBytes: Int
    let machine: String
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ControllerError(
                .usage, "the agent \(path) cannot be read: \(String(cString: strerror(errno)))",
                remedy: "name it with --agent")
        }
        self.path = path
        self.descriptor = descriptor
        do {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw Self.unfit(path, "is no file")
            }
            let size = Int(status.st_size)
            guard (1...Self.bytesMax).contains(size) else { throw Self.unfit(path, "has \(size) bytes") }
            let header = try Self.read(descriptor, path, at: 0, count: ELFHeader.bytes)
            guard let machine = ELFHeader(header)?.machine else {
                throw Self.unfit(path, "is no program for Linux on a processor that is known here")
            }
            self.machine = machine
            sizeBytes = size
            hash = try Self.hash(descriptor, path, size: size) { _ in }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// As it is.
    func bytes() throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(sizeBytes)
        try readAgain { buffer.writeBytes($0) }
        return buffer
    }

    /// Compressed.
    func compressed() throws -> ByteBuffer {
        let writer = try GzipWriter(capacity: sizeBytes / 2)
        try readAgain { try writer.write($0) }
        return try writer.finish()
    }

    private func readAgain(_ body: ([UInt8]) throws -> Void) throws {
        guard try Self.hash(descriptor, path, size: sizeBytes, body) == hash else {
            throw Self.unfit(path, "has changed since the run began")
        }
    }

    private static func hash(
        _ descriptor: Int32, _ path: String, size: Int, _ body: ([UInt8]) throws -> Void
    ) throws -> String {
        var sha256 = Sha256()
        var offset = 0
        while offset < size {
            let piece = try read(descriptor, path, at: offset, count: min(pieceBytes, size - offset))
            guard !piece.isEmpty else { throw unfit(path, "has become shorter since the run began") }
            piece.withUnsafeBytes { sha256.update($0) }
            try body(piece)
            offset += piece.count
        }
        let digest = sha256.finish()
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Up to `count` bytes from `offset` on, fewer at the end.
    private static func read(_ descriptor: Int32, _ path: String, at offset: Int, count: Int) throws -> [UInt8] {
        var problem: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let place = buffer.baseAddress.map { $0 + filled }
                let got = pread(descriptor, place, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { problem = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        guard problem == 0 else {
            throw ControllerError(.usage, "the agent \(path) cannot be read: \(String(cString: strerror(problem)))")
        }
        return bytes
    }

    private static func unfit(_ path: String, _ why: String) -> ControllerError {
        ControllerError(
            .usage, "the agent \(path) \(why)", remedy: "use the plush-agent that was built with this plush")
    }
}

/// The first bytes of an executable of Linux (elf(5)).
private struct ELFHeader {
    static let bytes = 20
    /// What `uname -m` calls it.
    let machine: String

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.bytes, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return nil }
        let isLittleEndian = bytes[5] == 1
        let number = isLittleEndian ? Int(bytes[18]) | Int(bytes[19]) << 8 : Int(bytes[19]) | Int(bytes[18]) << 8
        switch (number, isLittleEndian) {
        case (3, true): machine = "i686"
        case (21, true): machine = "ppc64le"
        case (21, false): machine = "ppc64"
        case (22, false): machine = "s390x"
        case (40, true): machine = "armv7l"
        case (62, true): machine = "x86_64"
        case (183, true): machine = "aarch64"
        case (243, true): machine = "riscv64"
        default: return nil
        }
    }
}
