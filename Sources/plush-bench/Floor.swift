/// The floors, each a run of `plush-bench-floor`.
struct Floor {
    private let program: String
    private let nothing: String
    private let hosts: Int

    init(_ options: BenchOptions) throws {
        program = SmallFile.quoted(SmallFile.programDirectory + "/plush-bench-floor")
        nothing = SmallFile.quoted(options.nothing)
        hosts = options.hosts
    }

    /// As many static processes that exit at once as there are hosts, two at a time.
    func start() throws -> Clock.Reading { try spawn(nothing) }

    /// As many `true`, two at a time.
    func command() throws -> Clock.Reading { try spawn(SmallFile.quoted(CommandMeasurement.command[0])) }

    private func spawn(_ word: String) throws -> Clock.Reading {
        let numbers = try lines("spawn \(hosts) 2 \(word)").first ?? []
        guard numbers.count == 2, let wall = Double(numbers[0]), let cpu = Double(numbers[1]) else {
            throw BenchError("plush-bench-floor printed something else than two numbers")
        }
        return Clock.Reading(wall: wall / 1e9, cpu: cpu / 1e9)
    }

    /// The words of each line of a subcommand's output.
    func lines(_ subcommand: String) throws -> [[Substring]] {
        guard let text = SmallFile.output("\(program) \(subcommand)") else {
            throw BenchError("plush-bench-floor \(subcommand) failed")
        }
        return text.split(separator: "\n").map { $0.split(separator: " ") }
    }
}
