/// Words for faults: what was found, cut to a size that fits a line, and what was probably meant.
enum Wording {
    /// A text of the file in quotes, on one line, at most 40 characters.
    static func quoted(_ text: String) -> String {
        let line = oneLine(text)
        return line.count > 40 ? "\"\(line.prefix(37))...\"" : "\"\(line)\""
    }

    /// `a`, `a or b`, `a, b or c`.
    static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// The candidate nearest to a word, where it is near enough to be a typing error: one edit in a word of up to
    /// five letters, a third of the letters in longer ones, never more than three.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let allowed = min(3, max(1, word.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates where abs(candidate.count - word.count) <= allowed {
            let distance = distance(word.lowercased(), candidate.lowercased())
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (the optimal
    /// string alignment distance of Damerau and Levenshtein), by the usual table of three rows.
    static func distance(_ left: String, _ right: String) -> Int {
        // What they share at both ends costs nothing, and names that are generated share most of it.
        let shared = zip(left.unicodeScalars, right.unicodeScalars).prefix { $0 == $1 }.count
        var left = Array(left.unicodeScalars.dropFirst(shared))
        var right = Array(right.unicodeScalars.dropFirst(shared))
        while let end = left.last, end == right.last {
            left.removeLast()
            right.removeLast()
        }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replacement = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replacement, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}

/// A text with each run of blanks and control characters made one blank, and none at the ends.
func oneLine(_ text: String) -> String {
    text.unicodeScalars.split { $0.value <= 0x20 || $0.value == 0x7F }.map { String(Substring($0)) }
        .joined(separator: " ")
}

/// A text without the blanks of XML at its ends.
func trimmed(_ text: String) -> String {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !blanks.contains($0) }),
        let last = scalars.lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(scalars[first...last])
}
