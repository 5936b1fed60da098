import Glibc
import PlushController

/// What a tree costs that does nothing: heartbeats, beacons and their signatures. It is a part of every other figure
/// that is taken while the tree is up, and grows with the seconds that they take.
struct IdleMeasurement {
    private static let seconds: UInt32 = 4
    private let microsecondsPerSecond: Double

    init(hosts: Int) async {
        let reading = await Clock.measure { sleep(Self.seconds) }
        microsecondsPerSecond = reading.cpu / reading.wall / Double(hosts) * 1e6
    }

    var rows: [Report.Row] {
        [Report.Row(name: "idle tree, CPU per agent and second", value: microsecondsPerSecond, unit: "us")]
    }
}
