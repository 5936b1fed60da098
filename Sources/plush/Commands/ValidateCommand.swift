import ArgumentParser
import PlushSpec

/// `plush validate`: says what is wrong with a specification or a directory file, without doing anything.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks an application's specification, or a directory file of hosts.",
        discussion: """
            Every fault is a line FILE:LINE: with the element, what was found and what would be right. Which of the two a \
            file is, its outermost element says: <plush> or <directory>.

            Examples:
              plush validate app.xml
              plush validate ~/.plush/directory.xml
              plush validate --schema > plush.rng     (for editors)
              plush validate --json app.xml
            """
    )

    @Flag(help: "Print the RelaxNG schema of specifications for editors instead.")
    var schema = false

    @Flag(name: .customLong("directory-schema"), help: "Print the RelaxNG schema of directory files instead.")
    var directorySchema = false

    @Flag(help: "One JSON object per line: fault, or valid.")
    var json = false

    @Argument(
        help: ArgumentHelp("The specification or directory file.", valueName: "file.xml"),
        completion: .file(extensions: ["xml"]))
    var file: String?

    func validate() throws {
        guard [schema, directorySchema, file != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("give either a file, --schema or --directory-schema")
        }
    }

    func run() throws {
        guard let file else {
            print(directorySchema ? HostDirectorySchema.relaxNG : SpecificationSchema.relaxNG)
            return
        }
        switch try json ? parseForPrograms(file) : UsageError.reported({ try MarkupFile.parse(path: file) }) {
        case .application(let specification):
            for project in specification.projects {
                let names = project.applications.map(\.name).joined(separator: ", ")
                let hosts = project.configurations.map(\.hostCount).max() ?? 0
                guard !json else {
                    valid(file, "project", project.name, hosts)
                    continue
                }
                print("\(file): project \(project.name): applications \(names); up to \(hosts) hosts: valid")
            }
        case .directory(let directory):
            for group in directory.groups {
                guard !json else {
                    valid(file, "group", group.name, group.hosts.count)
                    continue
                }
                print("\(file): group \(group.name): type \(group.type.rawValue); \(group.hosts.count) hosts: valid")
            }
        }
    }

    private func valid(_ file: String, _ kind: String, _ name: String, _ hosts: Int) {
        JSONValue.write("valid", [("file", .text(file)), (kind, .text(name)), ("hosts", .number(hosts))])
    }

    private func parseForPrograms(_ file: String) throws -> MarkupFile {
        do {
            return try MarkupFile.parse(path: file)
        } catch {
            for fault in error.faults {
                JSONValue.write(
                    "fault",
                    [("file", .text(fault.file)), ("line", .number(fault.line)), ("message", .text(fault.description))])
            }
            throw ExitCode(2)
        }
    }
}
