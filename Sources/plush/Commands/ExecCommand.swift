import ArgumentParser
import PlushController

/// `plush exec`: one command everywhere.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Runs one command on all hosts.",
        usage: "plush exec [<options>] [--] <command> ...",
        discussion: """
            One word is a line for /bin/sh; several are a program and its arguments, which no shell touches. The command \
            comes last; write -- before one that has options.

            With --on, or without hosts where one overlay is up (plush up), the tree that stands is used, -w, -x and \
            --pick choose among its hosts, and a terminal that is closed ends nothing: plush logs shows it again.

            Examples:
              plush exec -w 'n[001-100],m7' -b -- hostname
              plush exec --hostfile hosts -x n7 -l admin -- uptime
              plush exec -w @gpu --diff -- cat /etc/fstab
              plush exec -w 'n[001-900]' --stats -- cat /proc/loadavg
              plush exec -w 'n*' --pick 10 --retry-file again -- make test
              plush exec -w ^again --outdir results -- make test
              plush exec -w @all --fanout-commands 50 -- apt-get -q update
              plush exec -w @all -i -b -- sha256sum < image
              plush exec --local 99 -L -- 'echo $PLUSH_RANK of $PLUSH_HOSTS'
              plush exec --local 1000 -u 5s --json -- /usr/bin/test -f /etc/passwd
              plush exec -- uptime
              plush exec --on lab -x n7 -b -- uname -r
              plush exec --on lab --detach -- ./long-task
            """
    )

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions
    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Tree") var tree: TreeOptions
    @OptionGroup(title: "Times and places") var reach: ReachOptions
    @OptionGroup(title: "Times and places") var run: RunOptions
    @OptionGroup(title: "Output of commands") var display: DisplayOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        name: .customLong("outdir"),
        help: ArgumentHelp(
            "Write what each host prints to DIR/HOST.out and DIR/HOST.err; shown besides only with -b, -L, ...",
            valueName: "dir"),
        completion: .directory)
    var outputDirectory: String?

    @Option(
        name: .customLong("fanout-commands"),
        help: ArgumentHelp(
            "At most P commands at one time in the whole tree; the next begin when others have ended.",
            valueName: "P"))
    var commandsMax: Int?

    @Flag(
        name: [.customShort("i"), .customLong("input")],
        help: "Read standard input to its end, and hand it to every command as its own.")
    var sendsInput = false

    @Flag(help: "On an overlay: print the operation's number and leave, for plush logs, wait and kill.")
    var detach = false

    @Argument(help: "The command: a line for the shell, or a program and its arguments.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("no command was given: plush exec -w 'n[1-4]' -- COMMAND ARG...")
        }
        if let fault = CommandWords.fault(command, in: CommandLine.arguments) { throw ValidationError(fault) }
        let choice = OverlayChoice(overlay: overlay, hosts: hosts)
        try choice.require()
        if choice.isMeant { try OverlayChoice.refuse(tree, ssh, reach, run) }
        if detach, !choice.isMeant { throw ValidationError("--detach is for overlays that are up: see plush up") }
        if detach, outputDirectory != nil || output.retryFile != nil {
            throw ValidationError("with --detach nobody waits for what --outdir and --retry-file want")
        }
        if let commandsMax, commandsMax < 1 {
            throw ValidationError("--fanout-commands takes 1 or more, not \(commandsMax)")
        }
        if sendsInput, hosts.readsInput {
            throw ValidationError("-i and a list of hosts from standard input exclude each other: it can be read once")
        }
    }

    func run() async throws {
        if OverlayChoice(overlay: overlay, hosts: hosts).isMeant { return try await runOnOverlay() }
        guard let pool = try hosts.pool(ssh) else { return }
        var options = ControllerOptions()
        options.use(pool)
        ssh.apply(to: &options)
        options.shape = try await tree.shape(for: pool, ssh: options.ssh, measures: true)
        apply(to: &options)
        let words = command
        try await Session(output: output, style: style, showsPhases: false, pool: pool)
            .perform(options) { try await $0.exec(words) }
    }

    private var style: OutputStyle {
        display.style ?? (outputDirectory == nil ? .plain : .hidden)
    }

    private func apply(to options: inout ControllerOptions) {
        reach.apply(to: &options)
        run.apply(to: &options)
        options.foldsOutput = style.gathers
        options.outputDirectory = outputDirectory.map(AbsolutePath.of)
        options.commandsMax = commandsMax ?? 0
        options.inputDescriptor = sendsInput ? 0 : nil
    }

    private func runOnOverlay() async throws {
        let client = try overlay.connect()
        let all = try await CommandError.reported { try await client.hosts() }
        let targets = try OverlayChoice(overlay: overlay, hosts: hosts).choose(all, ssh)
        var options = ControllerOptions()
        apply(to: &options)
        let run = OverlayRun(client, hosts: all, options: options)
        let (words, isDetached, json) = (command, detach, output.json)
        guard !isDetached else {
            let number = try await CommandError.reported { try await run.detach(words, on: targets) }
            return json
                ? JSONValue.write("operation", [("operation", .number(Int(number)))])
                : Terminal.output(line: "\(number)")
        }
        try await Session(
            output: output, style: style, showsPhases: false, names: all.names, fullNames: all.fullNames
        )
        .perform(run, isOwn: true) { run in
            try await run.exec(words, on: targets) { number in
                if json { JSONValue.write("operation", [("operation", .number(Int(number)))]) }
            }
        }
    }
}
