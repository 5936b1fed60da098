import Glibc

/// Gets the bytes of a specification and refuses those that no parser should see.
package enum SpecificationBytes {
    /// Reads a regular file, at most one byte beyond the limit so that a growing file ends too.
    package static func read(path: String) throws(SpecificationError) -> [UInt8] {
        // Not blocking: opening a named pipe would wait for its writer before we learn what it is.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SpecificationError(path, .unreadable, reason(errno, opening: path)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SpecificationError(path, .unreadable, reason(errno, opening: path))
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR:
            throw SpecificationError(path, .unreadable, "this is a directory; name the file in it")
        default:
            throw SpecificationError(path, .unreadable, "this is not a regular file; save it as a file first")
        }
        var bytes = [UInt8](repeating: 0, count: SpecificationLimits.fileBytesMax + 1)
        var count = 0
        while count < bytes.count {
            let added = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if added == 0 { break }
            if added < 0 {
                if errno == EINTR { continue }
                throw SpecificationError(path, .unreadable, reason(errno, opening: path))
            }
            count += added
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Refuses what is empty, too large, not UTF-8, or holds a zero byte.
    package static func check(
        _ bytes: [UInt8], file: String, language: MarkupLanguage = .application
    ) throws(SpecificationError) {
        if bytes.isEmpty { throw SpecificationError(file, .malformed, "the file is empty; \(language.origin)") }
        guard bytes.count <= SpecificationLimits.fileBytesMax else {
            throw SpecificationError(
                file, .limit,
                "the file has more than \(SpecificationLimits.fileBytesMax) bytes; \(language.noun) is smaller")
        }
        var line = 1
        var hasInk = false
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput:
                if hasInk { return }
                throw SpecificationError(file, .malformed, "the file holds only blanks; \(language.origin)")
            case .error:
                throw SpecificationError(
                    file, .malformed, line: line, "these bytes are not UTF-8; save the file in that encoding")
            case .valid(let scalar):
                switch scalar.first {
                case 0:
                    throw SpecificationError(
                        file, .malformed, line: line,
                        "found a zero byte; \(language.noun) is text in UTF-8 (not UTF-16, not a program)")
                case UInt8(ascii: "\n"): line += 1
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
                default: hasInk = true
                }
            }
        }
    }

    private static func reason(_ code: Int32, opening path: String) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case ENOTDIR: "there is no such file: a part of the path before it is not a directory"
        case EACCES, EPERM: "no permission to read the file"
        default: "the file cannot be read: \(String(cString: strerror(code)))"
        }
    }
}

extension SpecificationError {
    /// An error of one fault that concerns the file rather than an element.
    init(_ file: String, _ code: SpecificationFault.Code, line: Int = 1, _ message: String) {
        self.init([SpecificationFault(code: code, file: file, line: line, message: message)])
    }
}
