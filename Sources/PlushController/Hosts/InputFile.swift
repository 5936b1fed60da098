import Glibc

/// Reads the small files that a user names: lists of hosts, trees.
enum InputFile {
    /// All bytes of a file; `-` is standard input. A pipe is read to its end. `remedy` says what file would be right,
    /// `shorter` how one that is too large can be made smaller.
    ///
    /// Throws ``ControllerError``.
    static func bytes(
        _ path: String, remedy: String, shorter: String
    ) throws(ControllerError) -> (bytes: [UInt8], name: String) {
        let isInput = path == "-"
        let name = isInput ? "standard input" : path
        let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(name, errno, remedy) }
        defer { if !isInput { close(descriptor) } }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(name, errno, remedy) }
            if count == 0 { return (bytes, name) }
            bytes += block[..<count]
            guard bytes.count <= HostLimits.fileBytesMax else {
                throw ControllerError(
                    .usage, "\(name) has more than \(HostLimits.fileBytesMax) bytes", remedy: shorter)
            }
        }
    }

    /// The bytes without the mark that some editors put in front of UTF-8.
    static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    }

    private static func unreadable(_ name: String, _ code: Int32, _ remedy: String) -> ControllerError {
        let reason =
            switch code {
            case ENOENT: "there is no such file"
            case EISDIR: "this is a directory"
            case EACCES, EPERM: "no permission to read it"
            default: String(cString: strerror(code))
            }
        return ControllerError(.usage, "\(name): \(reason)", remedy: remedy)
    }
}
