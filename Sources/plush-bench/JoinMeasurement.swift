import PlushController

/// From nothing to a tree in which every host has joined.
struct JoinMeasurement {
    private var samples = TimeSamples()

    mutating func sample(_ overlay: BenchOverlay, hosts: Int) async throws {
        var joined = 0
        samples.add(try await Clock.measure { joined = try await overlay.join() })
        guard joined == hosts else { throw BenchError("only \(joined) of \(hosts) agents joined") }
    }

    mutating func floor(_ before: Clock.Reading, _ after: Clock.Reading) {
        samples.floor(before, after)
    }

    var rows: [Report.Row] { samples.rows("join of all", aim: 3) }
}
