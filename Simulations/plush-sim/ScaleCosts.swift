import ArgumentParser
import PlushSimulator
import PlushTree

/// What machines and network cost in a sweep.
struct ScaleCosts: ParsableArguments {
    @Option(help: "One way between two machines.")
    var latency = "480us"

    @Option(help: "A sender's serial time per message (g).")
    var gap = "20us"

    @Option(help: "A receiver's serial time per message; with the latency it is L.")
    var receive = "20us"

    @Option(help: "Anything up to this is added to each message's way.")
    var jitter = "0"

    @Option(help: "Bytes per second of each machine's line, one direction; 0: only the cost per message counts.")
    var bandwidth: UInt64 = 0

    @Option(help: "Serial time of the controller's machine per host that it starts.")
    var start = "10ms"

    @Option(help: "From a host's start until its agent speaks.")
    var connect = "300ms"

    @Option(help: "Hosts being started at one time.")
    var window = 64

    @Option(help: "From an append to the journal until it is on disk.")
    var journal = "0"

    @Option(help: "How long the command runs on each host; whole milliseconds.")
    var process = "1ms"

    @Flag(help: "Let heartbeats (every 2 s) and beacons (every 2 s) go on, and cost what messages cost.")
    var upkeep = false

    @Option(help: "The seed of the jitter.")
    var seed: UInt64 = 1

    func model() throws -> ScaleModel {
        var model = ScaleModel()
        model.latencyNanoseconds = try time(latency, "--latency")
        model.gapNanoseconds = try time(gap, "--gap")
        model.receiveNanoseconds = try time(receive, "--receive")
        model.jitterNanoseconds = try time(jitter, "--jitter")
        model.bytesPerSecond = bandwidth
        model.startNanoseconds = try time(start, "--start")
        model.connectNanoseconds = try time(connect, "--connect")
        model.journalNanoseconds = try time(journal, "--journal")
        let process = try time(process, "--process")
        guard process % 1_000_000 == 0 else { throw ValidationError("--process takes whole milliseconds") }
        model.processMilliseconds = process / 1_000_000
        guard window > 0 else { throw ValidationError("--window must be at least 1") }
        guard model.gapNanoseconds > 0 else { throw ValidationError("--gap must be more than 0") }
        model.window = window
        model.hasUpkeep = upkeep
        model.seed = seed
        return model
    }

    private func time(_ text: String, _ option: String) throws -> UInt64 {
        guard let nanoseconds = TimeText.nanoseconds(text), nanoseconds <= LinkCosts.nanosecondsMax else {
            throw ValidationError("\(option) takes a time such as 20us or 1.5ms, at most a minute, not '\(text)'")
        }
        return nanoseconds
    }

    /// The assumptions in a line, for the head of a table.
    var summary: String {
        var words = ["latency \(latency)", "gap \(gap)", "receive \(receive)"]
        if jitter != "0" { words.append("jitter \(jitter)") }
        if bandwidth > 0 { words.append("\(bandwidth) bytes/s") }
        words += ["start \(start)", "connect \(connect)", "window \(window)"]
        if journal != "0" { words.append("journal \(journal)") }
        words.append("process \(process)")
        if upkeep { words.append("with heartbeats and beacons") }
        return words.joined(separator: ", ")
    }
}
