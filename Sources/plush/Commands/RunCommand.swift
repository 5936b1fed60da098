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
            Resources, launch of the tree, software transferred and installed, barrier, processes started together, \
            outputs collected into DIR/HOST/, clean-up, agents gone.

            Examples:
              plush init hello > hello.xml && plush run hello.xml
              plush run app.xml --output results
              plush run app.xml --local 50 --json
            """
    )

    @Argument(help: ArgumentHelp("The application's specification.", valueName: "app.xml"))
    var file: String

    @Option(name: .customLong("output"), help: ArgumentHelp("Where outputs are collected.", valueName: "dir"))
    var outputDirectory: String?

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "Tree") var tree: TreeOptions
    @OptionGroup(title: "Times and places") var run: RunOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let specification = try Specifications.read(file)
        var options = ControllerOptions()
        options.localHosts = hosts.local
        options.outputDirectory = outputDirectory.map(AbsolutePath.of)
        run.apply(to: &options)
        let file = file
        let size = Specifications.poolSize(specification, local: hosts.local)
        options.shape = tree.shape(count: size)
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let names = Controller.localNames(size)
        try await Session(options, output: output, style: .labelled, showsPhases: true, hostNames: names)
            .perform { try await $0.run(specification, fileName: file, directory: directory) }
    }
}

/// Reading specifications for the commands that take one.
enum Specifications {
    /// The specification, or exit code 2 with every fault in it on standard error.
    static func read(_ file: String) throws -> ApplicationSpecification {
        do throws(SpecificationError) {
            return try SpecificationParser.parse(path: file)
        } catch {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }

    /// Hosts of the largest configuration, or those offered.
    static func poolSize(_ specification: ApplicationSpecification, local: Int?) -> Int {
        if let local { return local }
        let configurations = specification.projects.flatMap(\.configurations)
        return configurations.map { $0.clusters.reduce(0) { $0 + $1.hostCount } }.max() ?? 0
    }
}
