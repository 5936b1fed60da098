import PlushController

/// A warm round trip without an effect.
struct ProbeMeasurement {
    private static let rounds = 20
    private var readings: [Clock.Reading] = []

    mutating func sample(_ overlay: BenchOverlay, hosts: Int) async throws {
        for round in 0...Self.rounds {
            var answered = 0
            let reading = try await Clock.measure { answered = try await overlay.probe() }
            guard answered == hosts else { throw BenchError("\(answered) of \(hosts) hosts answered a probe") }
            if round > 0 { readings.append(reading) }
        }
    }

    func rows(hosts: Int) -> [Report.Row] {
        [
            Report.Row(name: "warm round trip, wall", value: readings.map(\.wall).median * 1_000, unit: "ms"),
            Report.Row(
                name: "warm round trip, CPU per agent", value: readings.map(\.cpu).median / Double(hosts) * 1e6,
                unit: "us", aim: 60),
        ]
    }
}
