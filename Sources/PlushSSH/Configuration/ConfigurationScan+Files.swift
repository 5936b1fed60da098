import Glibc

extension ConfigurationScan.Source {
    /// The files of this machine.
    package static var files: Self {
        Self(read: readFile, expand: expandPattern)
    }

    private static func readFile(_ path: String) -> [UInt8]? {
        // Without O_NONBLOCK a FIFO in its place would stop the whole run.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while contents.count <= ConfigurationLimits.bytesMax {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            contents += buffer[..<count]
        }
        return contents
    }

    private static func expandPattern(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
    }
}
