import ArgumentParser
import BarrierStudies

/// `plush-sim study`: the comparisons behind the defaults of barriers.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Compares the algorithms behind early entry and adaptive release of barriers.",
        subcommands: [Knee.self, Throttle.self]
    )

    /// Where a study's results go.
    struct Target: ParsableArguments {
        @Option(help: "text, markdown or csv.")
        var format = "text"

        @Option(help: "Directory for the table (NAME.txt, .md or .csv) and the plots.")
        var output: String?

        func write(_ table: StudyTable, named name: String) throws {
            guard let format = StudyTable.Format(rawValue: format) else {
                throw ValidationError("--format takes text, markdown or csv, not '\(format)'")
            }
            guard let output else { return print(table.text(format), terminator: "") }
            try ScaleOutput.prepare(output)
            try ScaleOutput.save(table.text(format), "\(name).\(format.ending)", output)
        }
    }

    struct Knee: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "knee",
            abstract: "Knee detectors on five sorts of arrivals: waiting time saved against hosts given up.",
            discussion: """
                Half of the hosts is the least, 120 s the hard time-out. A cell is: part of the time until the last \
                living host (or the time-out, where some are dead) that was not waited / part of the living hosts that \
                came after the release, both in per cent.
                """)

        @Option(help: "Hosts that arrive, at least 10.")
        var hosts = 100

        @Option(help: "Seeds to average over.")
        var seeds = 20

        @OptionGroup var target: Target

        func run() throws {
            guard (10...100_000).contains(hosts) else { throw ValidationError("--hosts takes 10 to 100000") }
            guard (1...10_000).contains(seeds) else { throw ValidationError("--seeds takes 1 to 10000") }
            try target.write(StudyTable(knee: KneeStudy.table(hosts: hosts, seeds: seeds)), named: "knee")
        }
    }

    struct Throttle: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "throttle",
            abstract: "Adaptive limits on transfers from one server (figure 5 of the 2006 paper).",
            discussion: """
                100 transfers of 10 MB from a server that gives most to 25 clients at a time. --output also writes \
                figure-5.svg: 100 at once, 25 at a time, and adaptive.
                """)

        @OptionGroup var target: Target

        func run() throws {
            try target.write(StudyTable(throttle: ThrottleTable.rows()), named: "throttle")
            if let output = target.output {
                try ScaleOutput.save(StudyPlot.figureFive().svg, "figure-5.svg", output)
            }
        }
    }
}
