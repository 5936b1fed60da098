import ArgumentParser
import PlushSimulator
import PlushTree

/// Which sizes and shapes a sweep goes through, as `--hosts` and `--tree` say it.
struct ScaleSweep {
    /// A shape as it was asked for, which names its curve.
    struct Shape {
        let name: String
        let shape: TreeShape
    }

    let hosts: [Int]
    let shapes: [Shape]

    static let hostsMax = 10_000_000

    /// `costs`: those of the model, for `postal` without figures of its own.
    init(hosts: String, tree: String, costs: LinkCosts) throws {
        self.hosts = try hosts.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let count = Int(word), (1...Self.hostsMax).contains(count) else {
                throw ValidationError(
                    "--hosts takes numbers from 1 to \(Self.hostsMax) such as 100,1000, not '\(word)'")
            }
            return count
        }
        shapes = try Self.words(tree).flatMap { try Self.shapes($0, costs) }
    }

    /// `postal:L,g` has a comma of its own.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            if let last = words.last, last.hasPrefix("postal:"), !last.contains(",") {
                words[words.count - 1] = last + "," + part
            } else {
                words.append(part)
            }
        }
        return words
    }

    private static func shapes(_ word: String, _ costs: LinkCosts) throws -> [Shape] {
        if word == "postal" { return [Shape(name: word, shape: .postal(costs))] }
        if word.hasPrefix("kary:"), let dots = word.range(of: "..") {
            let ends = [word[word.index(word.startIndex, offsetBy: 5)..<dots.lowerBound], word[dots.upperBound...]]
            guard let low = Int(ends[0]), let high = Int(ends[1]), low >= 1, high >= low, high <= TreeShape.fanoutMax
            else { throw ValidationError("'\(word)' is no range: write kary:2..64 (at most \(TreeShape.fanoutMax))") }
            return sequence(first: low) { $0 * 2 <= high ? $0 * 2 : nil }
                .map { Shape(name: "kary:\($0)", shape: .kary(fanout: $0)) }
        }
        guard let shape = TreeShape(word) else {
            throw ValidationError(
                "--tree takes flat, kary:K, kary:A..B, binomial, chain, postal and postal:L,g, not '\(word)'")
        }
        return [Shape(name: word, shape: shape)]
    }
}
