import ArgumentParser
import Foundation
import PlushController

/// `plush doctor`: whether this machine is fit.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks libraries, ssh, the agent and this machine's limits, and says what to change.",
        usage: "plush doctor [<options>]",
        discussion: """
            Ends with 0 where nothing stands in the way, 1 where something does. Nothing is asked of any other machine.

            Examples:
              plush doctor
              plush doctor --hosts 5000 --tree flat
              plush doctor --hosts 1000 --on-this-machine
            """
    )

    @Option(help: ArgumentHelp("How many hosts are meant to be used.", valueName: "N"))
    var hosts = 1_000

    @Flag(help: "They are agents on this machine, as with --local.")
    var onThisMachine = false

    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Tree") var tree: TreeOptions

    @Option(
        name: .customLong("agent"),
        help: ArgumentHelp("The plush-agent executable (default: beside plush, or in ../libexec).", valueName: "path"),
        completion: .file())
    var agent: String?

    @Option(help: "Colours; auto: on terminals, unless NO_COLOR is set.")
    var color = Paint.Choice.auto

    @Flag(help: "One JSON object per line.")
    var json = false

    func validate() throws {
        guard (1...HostOptions.localMax).contains(hosts) else {
            throw ValidationError("--hosts takes 1 to \(HostOptions.localMax), not \(hosts)")
        }
    }

    func run() async throws {
        var options = ControllerOptions()
        options.agentPath = agent
        ssh.apply(to: &options)
        options.shape = try await tree.shape(for: .local(count: hosts), ssh: options.ssh, measures: false)
        let findings = await Checkup(hosts: hosts, isLocal: onThisMachine, options: options).findings()
        let paint = Paint(color)
        for finding in findings { show(finding, paint) }
        if findings.contains(where: { $0.verdict == .failed }) { throw ExitCode(1) }
    }

    private func show(_ finding: Finding, _ paint: Paint) {
        guard !json else {
            return JSONValue.write(
                "finding",
                [
                    ("name", .text(finding.name)), ("verdict", .text(finding.verdict.rawValue)),
                    ("message", .text(finding.message)), ("remedy", .text(finding.remedy)),
                ])
        }
        let role: Paint.Role = finding.verdict == .ok ? .success : .failure
        Terminal.output(
            line: "\(paint.onOutput(finding.verdict.rawValue, role)): \(finding.name): \(finding.message)")
        if !finding.remedy.isEmpty { Terminal.output(line: "    \(finding.remedy)") }
    }
}
