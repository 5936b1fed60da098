import Glibc
import PlushController
import PlushTree

/// `plush-bench`: what Plush costs on this machine, each figure beside the least that it could cost.
@main
struct Bench {
    static func main() async {
        do {
            let options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
            var report = Report(options)
            for line in report.heading { say(line) }
            let bench = Bench(options: options, floor: try Floor(options))
            report.rows = try await bench.measure()
            print(options.isJSON ? report.json : report.markdown)
        } catch {
            say("plush-bench: \(error)")
            exit(2)
        }
    }

    let options: BenchOptions
    let floor: Floor

    /// Each run builds one overlay; the floors are taken before and after it, so that a drift of the machine's speed
    /// touches both sides of a ratio.
    private func measure() async throws -> [Report.Row] {
        var join = JoinMeasurement()
        var command = CommandMeasurement()
        var probe = ProbeMeasurement()
        var barrier = BarrierMeasurement(hosts: options.hosts)
        var memory = MemoryMeasurement()
        var traffic: [TrafficMeasurement] = []
        var idle: [IdleMeasurement] = []
        for run in 1...options.runs {
            say("bench: run \(run) of \(options.runs): \(options.hosts) agents")
            let before = (start: try floor.start(), command: try floor.command())
            let overlay = try await BenchOverlay(
                hosts: options.hosts, shape: options.shape, heartbeatMilliseconds: options.heartbeatMilliseconds)
            do {
                try await join.sample(overlay, hosts: options.hosts)
                try await command.sample(overlay, hosts: options.hosts)
                if run == 1 {
                    memory = MemoryMeasurement(try await overlay.agentProcesses())
                    idle.append(await IdleMeasurement(hosts: options.hosts))
                    traffic.append(try await TrafficMeasurement(overlay, hosts: options.hosts))
                }
                try await probe.sample(overlay, hosts: options.hosts)
                try await barrier.sample(overlay)
            } catch {
                try? await overlay.end()
                throw error
            }
            try await overlay.end()
            join.floor(before.start, try floor.start())
            command.floor(before.command, try floor.command())
        }
        var barriers = barrier.rows
        if options.hosts > Self.smallHosts {
            let small = try await smallOverlay()
            traffic.insert(small.traffic, at: 0)
            barriers = small.barrier.rows + barriers
        }
        say("bench: sealing")
        let sealing = try SealMeasurement(floor)
        return join.rows + command.rows + probe.rows(hosts: options.hosts) + barriers + idle.flatMap(\.rows)
            + memory.rows
            + traffic.flatMap(\.rows) + sealing.rows + SizeMeasurement().rows
    }

    private static let smallHosts = 100

    /// The same count of messages for a tenth of the hosts is what "whatever N" means.
    private func smallOverlay() async throws -> (traffic: TrafficMeasurement, barrier: BarrierMeasurement) {
        let hosts = Self.smallHosts
        let overlay = try await BenchOverlay(hosts: hosts, shape: options.shape)
        _ = try await overlay.join()
        _ = try await overlay.run(CommandMeasurement.command)
        let result = try await TrafficMeasurement(overlay, hosts: hosts)
        var barrier = BarrierMeasurement(hosts: hosts)
        for _ in 1...options.runs { try await barrier.sample(overlay) }
        try await overlay.end()
        return (result, barrier)
    }
}

/// To standard error: standard output is the report.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
