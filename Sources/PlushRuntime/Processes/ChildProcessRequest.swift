/// What to start: one program with its words, environment and directory.
package struct ChildProcessRequest: Sendable, Equatable {
    /// Where the child's standard input comes from.
    package enum Input: Sendable, Equatable {
        /// `/dev/null`: the child reads an end at once.
        case null
        /// A pipe whose other end is handed to the caller.
        case pipe
    }

    /// The program and its arguments. A first word without a slash is looked for in the `PATH` of `environment`; one
    /// with a slash is relative to `directory`. For a shell line, the caller says `["/bin/sh", "-c", line]`.
    package var arguments: [String]
    /// The whole environment of the child: nothing is inherited.
    package var environment: [String: String]
    /// The working directory; nil keeps the agent's.
    package var directory: String?
    package var input: Input

    package init(
        arguments: [String],
        environment: [String: String] = [:],
        directory: String? = nil,
        input: Input = .null,
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    /// The environment in the form `execve` wants, in the order of the names so that it is the same on every run.
    var environmentWords: [String] {
        environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Refuses what C strings cannot carry: it would reach the program cut short.
    func validate() throws(ProcessError) {
        guard let program = arguments.first, !program.isEmpty else {
            throw ProcessError(.badRequest, context: "", reason: "the command is empty")
        }
        guard arguments.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw ProcessError(.badRequest, context: printable(program), reason: "an argument contains a NUL byte")
        }
        for (name, value) in environment {
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
                throw ProcessError(
                    .badRequest, context: program, reason: "\"\(printable(name))\" is not the name of a variable")
            }
            guard !name.utf8.contains(0), !value.utf8.contains(0) else {
                throw ProcessError(
                    .badRequest, context: program, reason: "the variable \(printable(name)) contains a NUL byte")
            }
        }
        if let directory, directory.isEmpty || directory.utf8.contains(0) {
            let reason = "the working directory is empty or contains a NUL byte"
            throw ProcessError(.badRequest, context: printable(directory), reason: reason)
        }
    }
}

/// Text for a message about bytes that a terminal should not get as they are.
func printable(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}
