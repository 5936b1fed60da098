import Glibc

/// The agent's executable as it is copied to hosts.
struct SizeMeasurement {
    private let agent = SmallFile.quoted(SmallFile.programDirectory + "/plush-agent")

    var rows: [Report.Row] {
        [
            Report.Row(name: "plush-agent", value: megabytes, unit: "MB", aim: 16),
            Report.Row(name: "plush-agent, modules of Foundation", value: foundationModules, unit: "", aim: 0),
        ]
    }

    private var megabytes: Double {
        number("stat -c %s \(agent)").map { $0 / Double(1 << 20) } ?? .nan
    }

    /// The agent is linked without symbols, but a module that is linked in leaves its name between two zeros.
    private var foundationModules: Double {
        number("LC_ALL=C grep -acP '\\x00(Foundation|FoundationEssentials)\\x00' \(agent) || true") ?? .nan
    }

    private func number(_ line: String) -> Double? {
        SmallFile.output(line).flatMap { $0.split(separator: "\n").last }.flatMap { Double($0) }
    }
}
