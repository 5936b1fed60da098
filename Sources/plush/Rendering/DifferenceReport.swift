import PlushController
import PlushTree

/// The output of the largest group of hosts, and how that of every other group differs from it.
struct DifferenceReport {
    private let groups: [OutputGatherer.Group]

    /// The groups of one command.
    init(_ groups: [OutputGatherer.Group]) {
        self.groups = groups.sorted {
            ($1.ranks.count, $0.ranks.first ?? Rank(0)) < ($0.ranks.count, $1.ranks.first ?? Rank(0))
        }
    }

    /// Groups of each command by itself.
    static func reports(_ groups: [OutputGatherer.Group]) -> [DifferenceReport] {
        var order: [String] = []
        for group in groups where !order.contains(group.name) { order.append(group.name) }
        return order.map { name in DifferenceReport(groups.filter { $0.name == name }) }
    }

    /// The largest group; nil where nothing was printed.
    var base: OutputGatherer.Group? { groups.first }

    /// The other groups with what is different, output before errors.
    var differences: [(group: OutputGatherer.Group, hunks: [UnifiedDifference.Hunk])] {
        guard let base else { return [] }
        return groups.dropFirst().map { group in
            let hunks = [(base.output, group.output), (base.error, group.error)].flatMap {
                UnifiedDifference(from: $0.0, to: $0.1).hunks
            }
            return (group, hunks)
        }
    }

    func write(_ hosts: HostNames, _ paint: Paint) {
        guard let base else { return }
        let name = hosts.fold(base.ranks)
        Terminal.output(line: paint.onOutput("\(name) (\(base.ranks.count)):", .host))
        Terminal.output(Self.ended(base.output) + Self.ended(base.error))
        for (group, hunks) in differences {
            Terminal.output(line: paint.onOutput("--- \(name)", .heading))
            Terminal.output(line: paint.onOutput("+++ \(hosts.fold(group.ranks)) (\(group.ranks.count))", .heading))
            for hunk in hunks {
                Terminal.output(line: paint.onOutput(hunk.heading, .host))
                for line in hunk.lines { write(line, paint) }
            }
        }
    }

    private func write(_ line: UnifiedDifference.Line, _ paint: Paint) {
        guard line.change != .same else { return Terminal.output(Array(" ".utf8) + line.text + [0x0A]) }
        let text = line.change.rawValue + String(decoding: line.text, as: UTF8.self)
        let painted = paint.onOutput(text, line.change == .added ? .success : .failure)
        // What is no UTF-8 goes out as it is.
        let isText = String(validating: line.text, as: UTF8.self) != nil
        Terminal.output((isText ? Array(painted.utf8) : Array(line.change.rawValue.utf8) + line.text) + [0x0A])
    }

    private static func ended(_ bytes: [UInt8]) -> [UInt8] {
        bytes.isEmpty || bytes.last == 0x0A ? bytes : bytes + [0x0A]
    }
}
