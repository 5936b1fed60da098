import PlushTree

/// Reads files of host names: plain lists, and what schedulers hand out.
///
/// - Plain lists: one or several names or node sets in a line, with commas or blanks between them.
/// - Slurm: the text of `SLURM_JOB_NODELIST` (`n[001-016,020],m7`) is a node set.
/// - `PBS_NODEFILE` and `OAR_NODEFILE`: a line for every core, so names are repeated; each host counts once.
/// - `PE_HOSTFILE` (Grid Engine): `host slots queue processors`; only the host counts.
/// - MPI's host files: `slots=4` and `max_slots=8` after a host are ignored.
///
/// What follows `#` is a comment.
enum HostFile {
    /// Adds the hosts of a file to a list; `-` is standard input. A pipe is read to its end.
    ///
    /// Throws ``ControllerError`` with FILE:LINE.
    static func read(_ path: String, into list: inout HostList) throws(ControllerError) {
        let file = try InputFile.bytes(
            path, remedy: "name a file with a host or node set per line",
            shorter: "write ranges such as n[0001-9999], a host once")
        try parse(file.bytes, name: file.name, into: &list)
    }

    /// Adds the hosts of a text to a list; `name` is what errors call the file.
    static func parse(_ bytes: [UInt8], name: String, into list: inout HostList) throws(ControllerError) {
        var isEmpty = true
        let lines = InputFile.withoutMark(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            guard let line = String(validating: bytes, as: UTF8.self) else {
                throw ControllerError(.usage, "\(name):\(index + 1): this is not text in UTF-8: write names of hosts")
            }
            do throws(NodeSetError) {
                if try list.add(hosts(in: line)) > 0 { isEmpty = false }
            } catch {
                throw ControllerError(.usage, "\(name):\(index + 1): \(error)")
            }
        }
        if isEmpty {
            throw ControllerError(
                .usage, "\(name): there is no host in it", remedy: "write one host or node set per line")
        }
    }

    /// The part of a line that names hosts.
    private static func hosts(in line: String) throws(NodeSetError) -> String {
        let content = line.prefix { $0 != "#" }
        let words = content.split(whereSeparator: \.isWhitespace)
        if isGridEngine(words) { return String(words[0]) }
        guard content.contains("=") else {
            // A list that goes on in the next line may end this one with a comma.
            guard let last = content.lastIndex(where: { !$0.isWhitespace }), content[last] == ",", words != [","] else {
                return String(content)
            }
            return String(content[..<last])
        }
        var names: [Substring] = []
        for word in words {
            if !word.contains("=") {
                names.append(word)
            } else if !isSlots(word) {
                throw NodeSetError(
                    .syntax, position: 0, excerpt: String(word),
                    "after a host there may be slots=N and max_slots=N, which are ignored; remove the rest")
            }
        }
        return names.joined(separator: " ")
    }

    private static func isSlots(_ word: Substring) -> Bool {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return ["slots", "max_slots", "max-slots"].contains(parts[0]) && UInt32(parts[1]) != nil
    }

    /// `node1 4 all.q@node1 UNDEFINED`: no plain list has a number for its second host and one of these for its fourth.
    private static func isGridEngine(_ words: [Substring]) -> Bool {
        guard words.count == 4, words[1].allSatisfy(\.isNumber) else { return false }
        return ["UNDEFINED", "<NULL>", "NULL", "NONE"].contains(words[3]) || words[3].contains(":")
            || words[2].contains("@")
    }
}
