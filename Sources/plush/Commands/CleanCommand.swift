import ArgumentParser
import PlushController

/// `plush clean`: removes what launches have left on hosts on purpose, the cached agents.
struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Removes the cached agents from hosts.",
        usage: "plush clean [<options>]",
        discussion: """
            A launch leaves nothing on a host but the agent, in ~/.cache/plush or, where that cannot be used, in \
            /var/tmp/plush-UID or /tmp/plush-UID. The next launch sends it again.

            Examples:
              plush clean -w 'n[001-100],m7'
              plush clean --hostfile hosts -l admin
            """
    )

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "SSH") var ssh: SSHArguments
    @OptionGroup(title: "Times and places") var reach: ReachOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard hosts.local == nil else {
            throw ValidationError("agents of --local hosts are not cached: there is nothing to clean")
        }
        try hosts.require()
    }

    func run() async throws {
        guard let pool = try hosts.pool(ssh) else { return }
        var options = ControllerOptions()
        options.use(pool)
        ssh.apply(to: &options)
        reach.apply(to: &options)
        try await Session(output: output, style: .folded, showsPhases: false, pool: pool)
            .perform(options) { try await $0.clean() }
    }
}
