/// Folding of host names into node-set syntax: `n1 n2 n3` to `n[1-3]`, zero padding kept (`n[001-003]`).
///
/// Names fold on their last run of digits, a port left aside; what differs elsewhere stays apart. Where some numbers are zero-padded to a
/// width, numbers that fill that width by themselves belong to them: `n009 n010 n100` is `n[009-010,100]`.
/// O(n log n) in the number of names.
public enum NodeSet {
    /// What is left of a name without its last number.
    private struct Stem: Hashable {
        var prefix: Substring
        var suffix: Substring
    }

    /// The last number of a name, and how it was written.
    private struct Number {
        var value: UInt32
        var digits: Int
        var isPadded: Bool
    }

    /// The folded text for names in any order; repeated names count once. Names without a number, or with one above
    /// `UInt32.max`, come first and as they are.
    public static func fold(_ names: some Sequence<String>) -> String {
        var order: [Stem] = []
        var numbers: [Stem: [Number]] = [:]
        var seen: Set<String> = []
        var parts: [String] = []
        for name in names {
            if let (stem, number) = split(name) {
                if numbers[stem] == nil { order.append(stem) }
                numbers[stem, default: []].append(number)
            } else if seen.insert(name).inserted {
                parts.append(name)
            }
        }
        for stem in order {
            for (width, set) in widths(of: numbers[stem] ?? []) { parts.append(text(of: stem, width: width, set)) }
        }
        return parts.joined(separator: ",")
    }

    private static func split(_ name: String) -> (Stem, Number)? {
        let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
        let folding = withoutPort(name)
        guard let lastDigit = folding.lastIndex(where: isDigit) else { return nil }
        let end = name.index(after: lastDigit)
        let start = name[..<end].lastIndex { !isDigit($0) }.map { name.index(after: $0) } ?? name.startIndex
        let digits = name[start..<end]
        guard let value = UInt32(digits) else { return nil }
        let number = Number(value: value, digits: digits.count, isPadded: digits.count > 1 && digits.first == "0")
        return (Stem(prefix: name[..<start], suffix: name[end...]), number)
    }

    /// What is before the port of `host:port`, where that has digits of its own; else all of it, as of an IPv6 address.
    private static func withoutPort(_ name: String) -> Substring {
        guard let colon = name.firstIndex(of: ":") else { return name[...] }
        let (host, port) = (name[..<colon], name[colon...].dropFirst())
        let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
        return !port.isEmpty && port.allSatisfy(isDigit) && host.contains(where: isDigit) ? host : name[...]
    }

    /// The numbers of one stem by the width they are padded to, ascending; width 0 holds those that are not padded.
    private static func widths(of numbers: [Number]) -> [(width: Int, set: RankSet)] {
        let padded = Set(numbers.lazy.filter(\.isPadded).map(\.digits))
        let byWidth = Dictionary(grouping: numbers) { padded.contains($0.digits) ? $0.digits : 0 }
        return byWidth.sorted { $0.key < $1.key }.map { width, numbers in
            (width, RankSet(ranges: numbers.map { RankSet.Range($0.value, $0.value) }))
        }
    }

    private static func text(of stem: Stem, width: Int, _ set: RankSet) -> String {
        func padded(_ value: UInt32) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let folded = set.ranges.map {
            $0.lower == $0.upper ? padded($0.lower) : "\(padded($0.lower))-\(padded($0.upper))"
        }
        .joined(separator: ",")
        let isSingle = set.ranges.count == 1 && set.ranges[0].lower == set.ranges[0].upper
        return "\(stem.prefix)\(isSingle ? folded : "[\(folded)]")\(stem.suffix)"
    }
}
