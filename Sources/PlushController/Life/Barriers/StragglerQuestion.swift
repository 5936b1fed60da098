import Foundation
import PlushTree
import PlushWire

/// What a straggler command is told, and what it may answer.
struct StragglerQuestion: Sendable {
    /// What becomes of those who are missing.
    enum Decision: String, Sendable, CaseIterable {
        /// They are waited for; the command is asked again.
        case wait
        /// The generation is released without them; they come late.
        case go
        /// They are given up: stopped, and waited for at no barrier any more.
        case drop
        /// They are given up, and spares of the pool take their places.
        case replace
    }

    /// Why an answer is none.
    struct Fault: Error, Sendable, CustomStringConvertible {
        let description: String
    }

    /// A command that takes longer is ended: the hosts wait for it.
    static let millisecondsMax: UInt64 = 60_000
    /// A folded set that is longer is left out of the environment: of a controller's command it is in its standard input.
    private static let foldedBytesMax = 64 << 10

    let barrier: String
    let generation: UInt64
    let command: String
    let missing: [String]
    let enteredCount: Int
    let waitedMilliseconds: UInt64

    /// The environment that the command finds.
    var variables: [(name: String, value: String)] {
        let folded = NodeSet.fold(missing)
        return [
            ("PLUSH_BARRIER", barrier), ("PLUSH_GENERATION", String(generation)),
            ("PLUSH_MISSING", folded.utf8.count > Self.foldedBytesMax ? "" : folded),
            ("PLUSH_MISSING_COUNT", String(missing.count)), ("PLUSH_ENTERED_COUNT", String(enteredCount)),
            ("PLUSH_WAITED_MS", String(waitedMilliseconds)),
        ]
    }

    /// Asks on this machine, on a thread that may block: the missing hosts are its standard input too, one a line.
    func ask(in directory: String, scratch: String, cancel: BlockingWork.CancelFlag) throws -> Decision {
        let list = "\(scratch)/missing-\(UUID().uuidString)"
        defer { unlink(list) }
        try Data((missing.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: list))
        let input = open(list, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw PlushErrno(number: errno) }
        defer { close(input) }
        var environment = ProcessInfo.processInfo.environment
        for variable in variables { environment[variable.name] = variable.value }
        let outcome = try OpenSSHTool.run(
            ["/bin/sh", "-c", "cd -- \"$0\" || exit\n" + command, directory], environment: environment, input: input,
            milliseconds: Self.millisecondsMax, cancel: cancel)
        guard outcome.code == 0 else {
            let cause = outcome.isLate ? "took more than \(Self.millisecondsMax / 1_000) s" : "failed"
            let words = outcome.words.isEmpty ? "" : ": \(outcome.words.prefix(200))"
            throw Fault(description: cause + words)
        }
        return try Self.decision(outcome.output)
    }

    /// The first word of an output.
    static func decision(_ output: [UInt8]) throws -> Decision {
        let text = String(decoding: output.prefix(256), as: UTF8.self)
        let word = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        guard let decision = Decision(rawValue: word) else {
            throw Fault(description: "printed \"\(word.prefix(40))\"; print wait, go, drop or replace")
        }
        return decision
    }

    /// What most hosts say: of two that are equally frequent the one that does less.
    static func majority(_ votes: [Decision: Int]) -> Decision? {
        let most = votes.values.max()
        return Decision.allCases.first { votes[$0] != nil && votes[$0] == most }
    }
}
