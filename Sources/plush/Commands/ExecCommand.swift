import ArgumentParser
import PlushController

/// `plush exec`: one command everywhere.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Runs one command on all hosts.",
        discussion: """
            One word is a line for /bin/sh; several are a program and its arguments, which no shell touches. The command
            comes last; write -- before one that has options.

            Examples:
              plush exec -w 'n[001-100],m7' -b -- hostname
              plush exec --hostfile hosts -x n7 -l admin -- uptime
              plush exec --local 100 --fanout 4 -L -- 'echo $PLUSH_RANK of $PLUSH_HOSTS'
              plush exec --local 1000 -u 5s --json -- /usr/bin/test -f /etc/passwd
            """
    )

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Tree") var tree: TreeOptions
    @OptionGroup(title: "Times and places") var run: RunOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Flag(name: [.customShort("b"), .customLong("fold")], help: "Gather output and fold equal output of hosts.")
    var folds = false

    @Flag(name: [.customShort("L"), .customLong("label")], help: "Begin every line with the name of its host.")
    var labels = false

    @Argument(help: "The command: a line for the shell, or a program and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("no command was given: plush exec -w 'n[1-4]' -- COMMAND ARG...")
        }
        guard CommandWords.areLast(command, in: CommandLine.arguments) else { throw ValidationError(CommandWords.rule) }
        try hosts.require()
        guard !(folds && labels) else { throw ValidationError("-b and -L exclude each other") }
    }

    func run() async throws {
        guard let pool = try hosts.pool() else { return }
        var options = ControllerOptions()
        options.use(pool)
        ssh.apply(to: &options)
        options.shape = try await tree.shape(for: pool, ssh: options.ssh, measures: true)
        options.foldsOutput = folds
        run.apply(to: &options)
        let style: OutputStyle = folds ? .folded : labels ? .labelled : .plain
        let words = command
        try await Session(options, output: output, style: style, showsPhases: false, hostNames: pool.names)
            .perform { try await $0.exec(words) }
    }
}
