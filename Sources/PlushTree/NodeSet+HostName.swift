extension NodeSet {
    /// A name of a host list taken apart: `[user@]host[:port]`.
    ///
    /// A host with several colons is an IPv6 address (`fe80::1%eth0`) and has no port here. What `ssh` refuses as a host
    /// or user, because a program or a shell could take it for something else, is refused here too.
    public struct HostName: Hashable, Sendable {
        /// A name, an alias of the SSH configuration or an address.
        public var host: String
        /// The user to log in as, where one is written.
        public var user: String?
        /// The port, where one is written.
        public var port: UInt16?

        /// Takes a name apart; throws ``NodeSetError`` with what is wrong in it.
        public init(_ text: String) throws(NodeSetError) {
            func fault(_ message: String) -> NodeSetError {
                NodeSetError(.syntax, position: 0, excerpt: text, message)
            }
            var rest = text[...]
            if let sign = rest.lastIndex(of: "@") {
                let user = String(rest[..<sign])
                guard Self.isUser(user) else {
                    throw fault("what stands before @ is no name of a user; write user@host")
                }
                self.user = user
                rest = rest[rest.index(after: sign)...]
            }
            let colons = rest.utf8.count { $0 == UInt8(ascii: ":") }
            if colons == 1, let colon = rest.firstIndex(of: ":") {
                let digits = rest[rest.index(after: colon)...]
                guard let port = Self.port(digits) else {
                    throw fault("\"\(digits.prefix(16))\" is no port; write a number from 1 to 65535 after the colon")
                }
                self.port = port
                rest = rest[..<colon]
            } else if colons > 1, !Self.isAddress(rest) {
                throw fault("several colons make an IPv6 address, such as fe80::1%eth0; write host or host:port")
            }
            if rest.isEmpty { throw fault("there is no host in it; write host, user@host or host:port") }
            guard Self.isHost(rest) else {
                throw fault(
                    "this is no name of a host: it may not begin with - nor hold blanks, slashes, quotes or signs of "
                        + "the shell")
            }
            host = String(rest)
        }

        /// Whether `ssh` would take a text as the name of a user.
        public static func isUser(_ text: String) -> Bool {
            guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.last != UInt8(ascii: "\\") else {
                return false
            }
            return text.utf8.count <= NodeSetLimits.nameBytesMax && isPlain(text[...], forbidden: "'`\";&<>|(){}")
        }

        private static func isHost(_ text: Substring) -> Bool {
            guard text.utf8.first != UInt8(ascii: "-"), text != ".", text != ".." else { return false }
            return isPlain(text, forbidden: "'`\"$\\;&<>|(){},*?!#=~/[]")
        }

        private static func isPlain(_ text: Substring, forbidden: String) -> Bool {
            text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !forbidden.unicodeScalars.contains($0)
            }
        }

        /// Whether a text is an IPv6 address (RFC 4291, section 2.2), with a zone or without (RFC 4007, section 11).
        private static func isAddress(_ text: Substring) -> Bool {
            let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[1].isEmpty { return false }
            let groups = parts[0].split(separator: ":", omittingEmptySubsequences: false)
            let empty = groups.indices.filter { groups[$0].isEmpty }
            // `::` once: in the middle, at one end, or alone.
            let last = groups.count - 1
            let isCompressed =
                empty == [0, 1] || empty == [last - 1, last] || (empty == [0, 1, 2] && last == 2)
                || (empty.count == 1 && empty[0] > 0 && empty[0] < last)
            guard empty.isEmpty || isCompressed else { return false }
            var width = 0
            for (index, group) in groups.enumerated() where !group.isEmpty {
                if index == last, group.contains(".") {
                    guard isDotted(group) else { return false }
                    width += 2
                } else {
                    guard group.utf8.count <= 4, group.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return false }
                    width += 1
                }
            }
            return isCompressed ? width < 8 : width == 8
        }

        /// Whether a text is an IPv4 address.
        private static func isDotted(_ text: Substring) -> Bool {
            let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
            return numbers.count == 4
                && numbers.allSatisfy {
                    $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt8($0) != nil
                }
        }

        /// A number from 1 to 65535 in digits alone: `UInt16.init` would take a sign and leading zeros as well.
        package static func port(_ digits: some StringProtocol) -> UInt16? {
            guard let first = digits.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) else {
                return nil
            }
            return UInt16(digits)
        }
    }
}
