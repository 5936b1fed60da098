import ArgumentParser
import PlushSpec

/// `plush validate`: says what is wrong with a specification, without doing anything.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks an application's specification.",
        discussion: """
            Every fault is a line FILE:LINE: with the element, what was found and what would be right.

            Examples:
              plush validate app.xml
              plush validate --schema > plush.rng     (for editors)
            """
    )

    @Flag(help: "Print the RelaxNG schema for editors instead.")
    var schema = false

    @Argument(help: ArgumentHelp("The application's specification.", valueName: "app.xml"))
    var file: String?

    func validate() throws {
        guard schema != (file != nil) else { throw ValidationError("give either a file or --schema") }
    }

    func run() throws {
        guard let file else {
            print(SpecificationSchema.relaxNG)
            return
        }
        let specification = try Specifications.read(file)
        for project in specification.projects {
            let names = project.applications.map(\.name).joined(separator: ", ")
            let hosts = project.configurations.map { $0.clusters.reduce(0) { $0 + $1.hostCount } }.max() ?? 0
            print("\(file): project \(project.name): applications \(names); up to \(hosts) hosts: valid")
        }
    }
}
