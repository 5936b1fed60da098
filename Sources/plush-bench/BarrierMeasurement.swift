import PlushController

/// A strict barrier that a process on every host enters through its socket, beside the round trip without an effect.
///
/// Each process notes when it asks and when it is let through; all are on one machine and share its clock, so the time from
/// the last entry to the last release is taken where it matters, sockets and wake-ups included.
struct BarrierMeasurement {
    /// The first rounds are not counted: processes are still being started.
    private static let warmRounds = 2
    private static let rounds = 12
    private static let probes = 20

    private let hosts: Int
    private var seconds: [Double] = []
    private var cpuSeconds: [Double] = []
    private var roundTrips: [Clock.Reading] = []

    init(hosts: Int) {
        self.hosts = hosts
    }

    mutating func sample(_ overlay: BenchOverlay) async throws {
        for _ in 0..<Self.probes {
            let hosts = hosts
            roundTrips.append(
                try await Clock.measure {
                    guard try await overlay.probe() == hosts else { throw BenchError("a probe was not answered") }
                })
        }
        let client = [SmallFile.programDirectory + "/plush-bench-floor", "enter", BenchOverlay.barrierName]
        let (passages, readings) = try await overlay.barrier(client + [String(Self.rounds)], reading: Clock.now)
        guard passages.count == hosts, passages.allSatisfy({ $0.count == Self.rounds }),
            readings.count == Self.rounds
        else { throw BenchError("the processes of \(passages.count) of \(hosts) hosts passed the barrier") }
        for round in Self.warmRounds..<Self.rounds {
            let entered = passages.map { $0[round].entered }.max() ?? 0
            let passed = passages.map { $0[round].passed }.max() ?? 0
            seconds.append(Double(passed - entered) / 1e9)
        }
        let counted = readings[Self.rounds - 1].cpu - readings[Self.warmRounds - 1].cpu
        cpuSeconds.append(counted / Double(Self.rounds - Self.warmRounds))
    }

    var rows: [Report.Row] {
        [
            Report.Row(
                name: "barrier of \(hosts), last entry to last release; floor: round trip",
                value: seconds.median * 1_000, unit: "ms", floor: roundTrips.map(\.wall).median * 1_000, aim: 2),
            Report.Row(
                name: "barrier of \(hosts), CPU per agent with its process; floor: round trip",
                value: cpuSeconds.median / Double(hosts) * 1e6, unit: "us",
                floor: roundTrips.map(\.cpu).median / Double(hosts) * 1e6),
        ]
    }
}
