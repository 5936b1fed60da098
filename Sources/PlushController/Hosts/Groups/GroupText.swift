import Glibc
import PlushTree

/// The lines of a file of groups or of sources, with what errors need.
struct GroupText {
    /// A line that is neither empty nor a comment.
    struct Line {
        /// From 1.
        let number: Int
        let text: Substring
        /// Whether it begins with a blank: it continues the line before.
        let isContinuation: Bool
    }

    let lines: [Line]

    /// Bytes of a file: ten thousand groups of a hundred ranges.
    private static let bytesMax = 8 << 20

    init(_ text: String) {
        var lines: [Line] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var content = line
            while let last = content.last, last.isWhitespace { content.removeLast() }
            let begin = content.drop { $0.isWhitespace }
            if begin.isEmpty || begin.first == "#" || begin.first == ";" { continue }
            let isContinuation = begin.startIndex > content.startIndex
            lines.append(Line(number: index + 1, text: begin, isContinuation: isContinuation))
        }
        self.lines = lines
    }

    /// The text of a file; nil where there is none.
    static func read(_ path: String) throws(NodeSet.Groups.Fault) -> GroupText? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw NodeSet.Groups.Fault("\(path) cannot be read: \(PlushErrno(number: errno))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw NodeSet.Groups.Fault("\(path) cannot be read: \(PlushErrno(number: errno))")
            }
            if count == 0 { break }
            bytes += block[..<count]
            guard bytes.count <= bytesMax else {
                throw NodeSet.Groups.Fault("\(path) has more than \(bytesMax) bytes; write ranges")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw NodeSet.Groups.Fault("\(path) is not text in UTF-8")
        }
        return GroupText(text)
    }

    /// Whether a text can be the name of a group or of a source. Commands are given these names, so nothing that a
    /// shell would act on is allowed.
    static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= NodeSetLimits.nameBytesMax
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x7F || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-.+=/".unicodeScalars.contains(scalar)
            }
    }

    static func examplePlace(_ places: HostGroups.Places) -> String {
        "\(places.folders.first ?? "~/.plush")/groups"
    }
}
