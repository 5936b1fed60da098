import Foundation
import PlushController

extension Summary {
    /// The line with which a run ends.
    var account: String {
        let counts = counts.filter { $0.count > 0 || $0.kind == .ok }
            .map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
        let hosts = targets.count == 1 ? "1 host" : "\(targets.count) hosts"
        let forgiven = forgiven.isEmpty ? "" : " (\(forgiven.count) given up within min_hosts)"
        let dropped = dropped.isEmpty ? "" : " (\(dropped.count) dropped at barriers)"
        let interrupted = isInterrupted ? ", interrupted" : ""
        return "\(hosts): \(counts)\(forgiven)\(dropped)\(interrupted) in \(String(format: "%.2f", seconds)) s"
    }

    /// The fields of the account that programs read.
    var fields: [(String, JSONValue)] {
        [
            ("targets", .number(targets.count)),
            ("outcomes", .object(counts.map { ("\($0.kind)", .number($0.count)) })),
            ("seconds", .seconds(seconds)),
        ]
    }
}
