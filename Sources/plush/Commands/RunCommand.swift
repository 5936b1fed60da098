import ArgumentParser
import Foundation
import PlushController
import PlushSpec

/// `plush run`: an application through its whole life.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Takes an application through its whole life.",
        discussion: """
            Hosts are those of -w, --hostfile or --local, else those that the specification's resources name: this \
            machine, or groups of a directory file. Then the tree is launched, software is sent and installed, all \
            wait at a barrier, processes start together, outputs are collected into DIR/HOST/, clean-up commands run, \
            and the agents leave. Barriers of the specification stand between its processes; who is missing, late or \
            refused there is told as it happens.

            Examples:
              plush init hello > hello.xml && plush run hello.xml
              plush run app.xml --output results
              plush run app.xml --local 50 --json
              plush run app.xml -w 'n[001-050]' -b --retry-file again
              plush run app.xml -w 'n[001-050]' --host-key accept-new
              plush run app.xml --directory lab.xml
            """
    )

    @Argument(
        help: ArgumentHelp("The application's specification.", valueName: "app.xml"),
        completion: .file(extensions: ["xml"]))
    var file: String

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("Where outputs are collected, as DIR/HOST/...", valueName: "dir"),
        completion: .directory)
    var outputDirectory: String?

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Tree") var tree: TreeOptions
    @OptionGroup(title: "Times and places") var reach: ReachOptions
    @OptionGroup(title: "Times and places") var run: RunOptions
    @OptionGroup(title: "Output of commands") var display: DisplayOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let specification = try Specifications.read(file)
        var options = ControllerOptions()
        options.use(try hosts.pool(ssh))
        options.excludedHosts = hosts.exclusions
        ssh.apply(to: &options)
        options.outputDirectory = outputDirectory.map(AbsolutePath.of)
        reach.apply(to: &options)
        run.apply(to: &options)
        let file = file
        let plan = try UsageError.reported {
            try RunPlan(specification, fileName: file, options: options)
        }
        options.shape = try await tree.shape(for: plan.pool, ssh: options.ssh, measures: true)
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try await Session(
            output: output, style: display.style ?? .labelled, showsPhases: true, pool: plan.pool
        )
        .perform(options) { try await $0.run(plan, directory: directory) }
    }
}

/// Reading specifications for the commands that take one.
enum Specifications {
    /// The specification, or exit code 2 with every fault in it on standard error.
    static func read(_ file: String) throws -> ApplicationSpecification {
        try UsageError.reported { try SpecificationParser.parse(path: file) }
    }
}
