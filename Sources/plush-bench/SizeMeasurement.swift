import Glibc

/// The agent's executable as it is copied to hosts.
struct SizeMeasurement {
    private let agent = SmallFile.quoted(SmallFile.programDirectory + "/plush-agent")

    var rows: [Report.Row] {
        [
            Report.Row(name: "plush-agent, stripped", value: strippedMegabytes, unit: "MB", aim: 16),
            Report.Row(name: "plush-agent, symbols of Foundation", value: foundationSymbols, unit: "", aim: 0),
        ]
    }

    private var strippedMegabytes: Double {
        let line = "t=$(mktemp) && strip -o \"$t\" \(agent) && stat -c %s \"$t\"; rm -f \"$t\""
        return number(line).map { $0 / Double(1 << 20) } ?? .nan
    }

    /// Mangled names with the module's own: `$s10Foundation...`, FoundationEssentials included.
    private var foundationSymbols: Double {
        number("nm \(agent) 2>/dev/null | grep -cE '10Foundation|20FoundationEssentials' || true") ?? .nan
    }

    private func number(_ line: String) -> Double? {
        SmallFile.output(line).flatMap { $0.split(separator: "\n").last }.flatMap { Double($0) }
    }
}
