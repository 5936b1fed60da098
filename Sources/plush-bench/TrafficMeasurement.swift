import PlushController

/// Messages and bytes at the root for one warm `true`.
struct TrafficMeasurement {
    private let hosts: Int
    private var sent = BenchOverlay.Traffic()
    private var received = BenchOverlay.Traffic()
    private var children = 0

    init(_ overlay: BenchOverlay, hosts: Int) async throws {
        self.hosts = hosts
        let before = try await overlay.traffic()
        _ = try await overlay.run(CommandMeasurement.command)
        let after = try await overlay.traffic()
        sent = after.sent - before.sent
        received = after.received - before.received
        children = try await overlay.rootChildren()
    }

    var rows: [Report.Row] {
        rows("sent", sent) + rows("received", received)
    }

    private func rows(_ verb: String, _ traffic: BenchOverlay.Traffic) -> [Report.Row] {
        let name = "root, `true` on \(hosts), \(verb)"
        return [
            Report.Row(
                name: "\(name), messages", value: Double(traffic.messages), unit: "", aim: Double(children)),
            Report.Row(name: "\(name), bytes", value: Double(traffic.bytes), unit: "B"),
            Report.Row(
                name: "\(name), heartbeats, beacons, credit", value: Double(traffic.upkeepMessages), unit: ""),
            Report.Row(name: "\(name), bytes of these", value: Double(traffic.upkeepBytes), unit: "B"),
        ]
    }
}
