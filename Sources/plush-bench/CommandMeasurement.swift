import PlushController

/// `true` on every host, in a tree that has run it before.
struct CommandMeasurement {
    static let command = ["/bin/true"]
    private static let rounds = 5
    private var samples = TimeSamples()

    mutating func sample(_ overlay: BenchOverlay, hosts: Int) async throws {
        try await Self.run(overlay, hosts)
        var readings: [Clock.Reading] = []
        for _ in 0..<Self.rounds { readings.append(try await Clock.measure { try await Self.run(overlay, hosts) }) }
        samples.add(Clock.Reading(wall: readings.map(\.wall).median, cpu: readings.map(\.cpu).median))
    }

    private static func run(_ overlay: BenchOverlay, _ hosts: Int) async throws {
        let ended = try await overlay.run(command)
        guard ended == hosts else { throw BenchError("\(command[0]) ended with 0 on \(ended) of \(hosts) hosts only") }
    }

    mutating func floor(_ before: Clock.Reading, _ after: Clock.Reading) {
        samples.floor(before, after)
    }

    var rows: [Report.Row] { samples.rows("warm `true` on all", aim: 1.5) }
}
