import ArgumentParser
import Foundation
import PlushController

/// `plush up`: a tree that stays.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Builds a tree that stays up in the background, for any number of commands.",
        usage: "plush up [<options>]",
        discussion: """
            Returns when the tree stands: with 0 where every host is in it, with 3 where some are not (plush status says \
            which and why). What others need to find it is in ~/.plush/overlays/NAME, for this user alone: a socket, and \
            the log of its controller. It stands until plush down ends it, also when you log out.

            Examples:
              plush up -w 'n[001-100],m7' --name lab
              plush exec --on lab -b -- uptime
              plush up --local 200 --fanout 8
              plush status
              plush down
            """
    )

    @Option(
        name: .customLong("name"),
        help: ArgumentHelp("What it is called (default: main).", valueName: "name"))
    var name: String?

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Tree") var tree: TreeOptions
    @OptionGroup(title: "Launch") var launch: LaunchOptions

    @Flag(name: .customLong("json"), help: "One JSON object per line: what happens in the launch, and up at the end.")
    var json = false

    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Also show every host that joins, and its parent.")
    var verbose = false

    @Option(help: "Colours; auto: on terminals, unless NO_COLOR is set.")
    var color = Paint.Choice.auto

    @Option(name: .customLong("ready-descriptor"), help: .hidden)
    var readyDescriptor: Int32?

    func validate() throws {
        try hosts.require()
    }

    func run() async throws {
        guard let readyDescriptor else {
            throw ExitCode(try Background.start(command: "up", option: "--ready-descriptor"))
        }
        // Agents and other programs that are started have no use for it.
        _ = fcntl(readyDescriptor, F_SETFD, FD_CLOEXEC)
        guard let pool = try hosts.pool(ssh) else { return }
        var options = ControllerOptions()
        options.use(pool)
        ssh.apply(to: &options)
        options.shape = try await tree.shape(for: pool, ssh: options.ssh, measures: true)
        launch.apply(to: &options)
        let (name, settled) = (name, options)
        let service = try CommandError.reported { try OverlayService(name, options: settled) }
        let controller = OverlayController(
            service: service, pool: pool, json: json, verbose: verbose, color: color, descriptor: readyDescriptor)
        Foundation.exit(await controller.run())
    }
}
