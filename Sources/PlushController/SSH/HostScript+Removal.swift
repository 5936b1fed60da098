import PlushSSH

extension HostScript {
    /// What ``clean()`` has removed from a host.
    package struct Removal: Hashable, Sendable {
        /// Agents, their stamps, and what interrupted launches had left.
        package let files: Int
        /// The bytes of all of them.
        package let bytes: Int

        /// Makes one from numbers.
        package init(files: Int, bytes: Int) {
            self.files = files
            self.bytes = bytes
        }

        /// Reads what the command printed on standard output and standard error until it ended.
        package init(exit: SSHExit, output: [UInt8], errorOutput: [UInt8]) throws(HostFault) {
            var scanner = HostReplyScanner()
            scanner.append(output)
            var isSilent = false
            while !isSilent {
                switch scanner.next() {
                case .line(let line):
                    if let removal = Self(line) {
                        self = removal
                        return
                    }
                    if let fault = HostFault(line: line) { throw fault }
                case .more, .agent, .tooMuchNoise: isSilent = true
                }
            }
            throw HostFault(exit: exit, errorOutput: errorOutput, said: scanner.noise)
        }

        /// For people: `removed 2 files, 13.6 MB`.
        var description: String {
            guard files > 0 else { return "nothing to remove" }
            let tenths = (bytes + 50_000) / 100_000
            return "removed \(files) \(files == 1 ? "file" : "files"), \(tenths / 10).\(tenths % 10) MB"
        }

        private init?(_ line: String) {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "cleaned", let files = Int(words[1]), let bytes = Int(words[2]),
                files >= 0, bytes >= 0
            else { return nil }
            self.init(files: files, bytes: bytes)
        }
    }
}
