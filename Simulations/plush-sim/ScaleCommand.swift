import ArgumentParser
import Foundation
import PlushSimulator
import PlushTree

/// `plush-sim scale`: how long launch, command and barrier take, and what they cost the root, by size and shape.
struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Measures launch, command and barrier over sizes and shapes of trees.",
        discussion: """
            Every point runs the controller's and the agents' own protocol code, with their real messages, under virtual \
            time. What machines and network cost are the options below; the defaults amount to L = 500us and g = 20us. \
            Times are written with a unit: 20us, 1.5ms.

            fan-out: until the last host has the command; round trip: until the controller has all outcomes; rollup: \
            the part of it after the last process has ended; barrier: from the last entry to the last release of a \
            strict barrier that nobody watches. A time that is not what the closed form says has that in brackets \
            behind it. The busiest node is the root or a rank, with the messages that it handled for the command.

            Without jitter, bandwidth and upkeep, fan-out and barrier must be what the closed forms say to the \
            nanosecond, a barrier must take exactly 2 messages per host, and nothing may be faster than the postal bound: \
            otherwise the exit code is 1.
            """
    )

    @Option(help: "Numbers of hosts, separated by commas.")
    var hosts = "100,1000,10000"

    @Option(
        help: """
            Shapes, separated by commas: flat, kary:K, kary:A..B (powers of two times A: kary:2..64 is 2, 4, 8, 16, 32 \
            and 64), binomial, chain, postal (built for these costs) or postal:L,g.
            """)
    var tree = "flat,kary:2..64,binomial,postal"

    @Option(help: "Formats, separated by commas: text, markdown, csv, svg (svg needs --output).")
    var format: String?

    @Option(help: "Directory for scale.txt, scale.md, scale.csv and the plots; all formats unless --format says which.")
    var output: String?

    @OptionGroup(title: "Costs")
    var costs: ScaleCosts

    func run() throws {
        let formats = try ScaleOutput.formats(format, directory: output)
        let model = try costs.model()
        let sweep = try ScaleSweep(hosts: hosts, tree: tree, costs: model.costs)
        if let output { try ScaleOutput.prepare(output) }
        var points: [ScalePoint] = []
        for count in sweep.hosts {
            for shape in sweep.shapes {
                let started = ContinuousClock.now
                let row = ScaleRun.measure(shape.shape, hosts: count, model: model)
                let seconds = (ContinuousClock.now - started) / .seconds(1)
                points.append(ScalePoint(name: shape.name, row: row, wallSeconds: seconds))
                tell("\(shape.name), \(count) hosts: \(row.occurrences) events in \(ScaleText.seconds(seconds)) s")
            }
        }
        let table = ScaleTable(points: points, model: model, assumptions: costs.summary)
        try ScaleOutput.write(table, as: formats, to: output)
        let faults = points.flatMap { point in
            (point.row.problems + point.row.differences).map { "\(point.name), \(point.row.hosts) hosts: \($0)" }
        }
        for fault in faults { print("!! \(fault)") }
        if !faults.isEmpty { throw ExitCode(1) }
    }

    /// Progress, for whoever waits.
    private func tell(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
