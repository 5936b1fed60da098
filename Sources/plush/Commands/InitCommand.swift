import ArgumentParser
import PlushSpec

/// `plush init`: an example to start from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes an example specification to start from.",
        discussion: """
            Examples:
              plush init --list
              plush init hello > hello.xml && plush run hello.xml
              plush init files > files.xml && plush run files.xml --output out
            """
    )

    @Flag(help: "List the examples.")
    var list = false

    @Flag(help: "With --list: one JSON object per line.")
    var json = false

    @Argument(help: "The example's name.", completion: .list(ExampleSpecifications.all.map(\.name)))
    var name: String?

    func validate() throws {
        if json, !list { throw ValidationError("--json is for --list: an example is XML") }
        guard list != (name != nil) else { throw ValidationError("give either an example's name or --list") }
        if let name, ExampleSpecifications.named(name) == nil {
            let names = ExampleSpecifications.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no example '\(name)'; there are: \(names)")
        }
    }

    func run() throws {
        guard let example = name.flatMap(ExampleSpecifications.named) else {
            guard !json else {
                for example in ExampleSpecifications.all {
                    JSONValue.write("example", [("name", .text(example.name)), ("summary", .text(example.summary))])
                }
                return
            }
            let width = ExampleSpecifications.all.map(\.name.count).max() ?? 0
            for example in ExampleSpecifications.all {
                print(example.name.padding(to: width), example.summary)
            }
            return
        }
        print(example.text, terminator: example.text.hasSuffix("\n") ? "" : "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
