import Foundation
import PlushController
import PlushTree

/// The hosts that did not end ok, one line for each outcome, which `-w ^FILE` and `--hostfile` read again.
struct RetryFile {
    let path: String
    /// Names that reach the same hosts again, by rank.
    let names: [String]

    /// Writes the file, also where there is nothing to try again, so that an old one does not mislead. The file is
    /// replaced as a whole.
    func write(_ summary: Summary) throws {
        let failed = summary.buckets.filter { $0.outcome.kind != .ok }
        var text = "# \(summary.targets.count) hosts, \(failed.reduce(0) { $0 + $1.ranks.count }) to try again\n"
        for bucket in failed {
            let hosts = NodeSet.fold(
                bucket.ranks.compactMap { names.indices.contains(Int($0.value)) ? names[Int($0.value)] : nil })
            let outcome = "\(bucket.outcome)".split(whereSeparator: \.isNewline).joined(separator: " ")
            text += "\(hosts)  # \(outcome)\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
