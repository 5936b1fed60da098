/// A command as ArgumentParser describes it (`--experimental-dump-help`, version 0): what the manual page needs of it.
struct CommandDescription: Decodable {
    /// The outermost value.
    struct Root: Decodable {
        let command: CommandDescription
    }

    /// A flag, an option or an argument.
    struct Argument: Decodable {
        /// One way to write it.
        struct Name: Decodable {
            let kind: String
            let name: String

            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?

        /// What is typed for its value.
        var value: String { "<\(valueName ?? "value")>" }
    }

    let commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [CommandDescription]?
    let arguments: [Argument]?
}
