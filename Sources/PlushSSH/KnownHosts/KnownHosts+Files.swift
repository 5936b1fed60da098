import Glibc

extension KnownHosts {
    /// Reads the files that exist; the first of the user's own is the one that new hosts are added to.
    /// Throws where a file is far too large: to skip it would forget what it revokes.
    package static func read(
        userFiles: [String], globalFiles: [String], limits: KnownHostsLimits = KnownHostsLimits(),
    ) throws(SSHFailure) -> KnownHosts {
        let user = userFiles.filter { $0 != "none" }
        let known = KnownHosts(writablePath: user.first, limits: limits)
        for path in (user + globalFiles.filter { $0 != "none" }).prefix(limits.filesMax) {
            try known.readFile(path, bytesMax: limits.fileBytesMax)
        }
        return known
    }

    private func readFile(_ path: String, bytesMax: Int) throws(SSHFailure) {
        // Without O_NONBLOCK a FIFO in its place would stop the whole run.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno != ENOENT, errno != ENOTDIR { noteUnreadable(path, SystemWords.of(errno)) }
            return
        }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return noteUnreadable(path, SystemWords.of(errno)) }
            guard count > 0 else { break }
            contents += buffer[..<count]
            guard contents.count <= bytesMax else {
                throw SSHFailure(
                    .hostKey, "\(path) has more than \(bytesMax >> 20) MiB: no known_hosts file",
                    remedy: "see UserKnownHostsFile in the SSH configuration")
            }
        }
        add(contents: contents, file: path)
    }

    /// Adds a host to the user's file and to what is known, unless it was added before in this run. Returns whether a
    /// line was written. `hashed`: as HashKnownHosts says.
    ///
    /// The line goes out in one write to a file opened with O_APPEND, so that lines of several programs do not mix.
    @discardableResult
    package func remember(
        name: String, port: Int, key: SSHHostKey, hashed: Bool,
    ) throws(SSHFailure) -> Bool {
        let lookup = Self.lookupName(name, port: port)
        guard remembered[lookup] == nil else { return false }
        // What means something else in a file must not get into it: a name comes from a configuration or a node set.
        guard !lookup.isEmpty, lookup.utf8.allSatisfy(Self.isPlain) else {
            throw SSHFailure(.hostKey, "a name with such characters cannot be added to known_hosts")
        }
        guard let path = writablePath else {
            throw SSHFailure(.hostKey, "there is no known_hosts file to remember the host in (UserKnownHostsFile none)")
        }
        let text = hashed ? HashedHostNames.hash(lookup).text : lookup
        try Self.append("\(text) \(key.algorithm) \(KnownHostsLine.base64Text(key.blob))\n", to: path)
        remembered[lookup] = key
        add(
            KnownHostsLine(marker: .none, names: .literal([lookup]), key: key), at: Place(file: path, line: 0))
        return true
    }

    private static func append(_ line: String, to path: String) throws(SSHFailure) {
        var descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o700)
            descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else {
            throw SSHFailure(.hostKey, "cannot add the host to \(path): \(SystemWords.of(errno))")
        }
        defer { close(descriptor) }
        // A file whose last line was edited without its end would swallow ours.
        var last = UInt8(ascii: "\n")
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0 { pread(descriptor, &last, 1, end - 1) }
        let bytes = Array(((last == UInt8(ascii: "\n") ? "" : "\n") + line).utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SSHFailure(.hostKey, "cannot add the host to \(path): \(SystemWords.of(errno))")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "%"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: false
        }
    }
}
