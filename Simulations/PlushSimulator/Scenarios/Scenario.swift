import PlushTree
import PlushWire

/// A scripted life, as text: one command a line, `#` begins a comment. Durations are written 20us, 15ms or 3s; ranks
/// as `0-3,7`, `all`, or `root` where the controller is meant.
package struct Scenario: Hashable, Sendable {
    /// One line.
    package struct Step: Hashable, Sendable {
        package let line: Int
        package let text: String
        package let command: Command
    }

    /// What a line can say.
    package enum Command: Hashable, Sendable {
        /// `hosts N SHAPE`: must come first.
        case hosts(Int, TreeShape)
        case seed(UInt64)
        /// `set heartbeat|lease|connect|latency|jitter|send|receive|journal|start DURATION`
        case set(Setting, nanoseconds: UInt64)
        /// `bandwidth BYTES` per second and machine.
        case bandwidth(UInt64)
        /// `start RANKS fails|silent|stuck`
        case start(RankSet, Start)
        /// `command RANKS DURATION [exit N] [prints TEXT]`: what commands do there.
        case command(RankSet, nanoseconds: UInt64, exit: Int32, prints: String)
        case launch
        /// `run RANKS [stream|fold|discard] [timeout DURATION]`
        case run(RankSet?, RunTask.Output, timeoutMilliseconds: UInt64)
        case probe(RankSet?)
        /// `files RANKS BYTES`
        case files(RankSet?, bytes: Int)
        /// `cancel N`: the Nth operation.
        case cancel(Int)
        case dissolve
        case fault(Fault)
        /// `wait DURATION`
        case wait(nanoseconds: UInt64)
        /// `wait closed DURATION`: until every operation has closed, or the time is over.
        case waitClosed(nanoseconds: UInt64)
        /// `trace on|all|off`: `on` leaves heartbeats, beacons and timers out.
        case trace(TraceLevel)
        case show(Show)
        /// `quiet`: the checkers are told that all is over.
        case quiet
    }

    /// What `set` sets.
    package enum Setting: String, Hashable, Sendable, CaseIterable {
        case heartbeat, lease, connect, latency, jitter, send, receive, journal, start
    }

    /// How hosts fail to start.
    package enum Start: String, Hashable, Sendable, CaseIterable {
        case fails, silent, stuck
    }

    /// How much of what happens is written down.
    package enum TraceLevel: String, Hashable, Sendable, CaseIterable {
        case off, on, all
    }

    /// What `show` shows.
    package enum Show: String, Hashable, Sendable, CaseIterable {
        case tree, outcomes, hosts, root
    }

    package let steps: [Step]

    /// Reads a scenario; the first line that makes no sense is named.
    package init(_ text: String) throws(ScenarioError) {
        var steps: [Step] = []
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            guard !line.isEmpty else { continue }
            var words = ScenarioWords(line, number: index + 1)
            let command = try words.command()
            try words.finish()
            if steps.isEmpty {
                guard case .hosts = command else {
                    throw ScenarioError(line: index + 1, text: "the first command must be: hosts N SHAPE")
                }
            }
            steps.append(Step(line: index + 1, text: line.joined(separator: " "), command: command))
        }
        guard !steps.isEmpty else { throw ScenarioError(line: 1, text: "no command; the first must be: hosts N SHAPE") }
        self.steps = steps
    }
}

/// Why a text is no scenario.
package struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let text: String

    package var description: String {
        "line \(line): \(text)"
    }
}
