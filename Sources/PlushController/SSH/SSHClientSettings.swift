import Foundation
import PlushSSH

/// What the user's SSH configuration says about each host: found out by `ssh -G`, once for all hosts that the same lines
/// of it apply to.
package struct SSHClientSettings: Sendable {
    /// In the order of the targets: how each is reached, or why it cannot be.
    package var hosts: [Result<SSHHostSettings, SSHFailure>]
    /// What the user should know.
    package var warnings: [String] = []
    /// How often ssh was asked.
    package var questions = 0

    /// How many `ssh -G` run at one time: each is a process of a few milliseconds.
    private static let parallelMax = 8
    /// How long one may take at most: it runs the commands of `Match exec`.
    package static let millisecondsMax: UInt64 = 10_000

    /// Finds out. The user of a target goes before that of the options, and either before the configuration.
    package static func resolve(
        _ targets: [HostTarget], options: SSHOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment, milliseconds: UInt64 = millisecondsMax,
    ) async throws -> SSHClientSettings {
        try await resolve(
            targets, options: options, environment: environment, scanSource: .files,
            machine: thisMachine(environment: environment), milliseconds: milliseconds)
    }

    static func resolve(
        _ targets: [HostTarget], options: SSHOptions, environment: [String: String],
        scanSource: ConfigurationScan.Source, machine: SSHTokens, milliseconds: UInt64 = millisecondsMax,
    ) async throws -> SSHClientSettings {
        guard let ssh = OpenSSHTool.find("ssh", environment: environment) else {
            return withoutSSH(targets, options: options, machine: machine)
        }
        let scan = ConfigurationScan(path: options.configurationPath, home: machine.home, source: scanSource)
        let groups = scan.groups(
            names: targets.map(\.name),
            also: targets.map { "\($0.user ?? options.user ?? "")\0\($0.port ?? 0)" })
        let inquiry = SSHClientSettingsInquiry(
            ssh: ssh, options: options, environment: environment, machine: machine, milliseconds: milliseconds)
        let unknown = SSHFailure(.session, "its settings are not known")
        var settings = SSHClientSettings(
            hosts: targets.map { _ in .failure(unknown) },
            // ssh says so on its standard error, and goes on as if such a file had not been named.
            warnings: options.identityFiles.filter { access($0, F_OK) != 0 }.map { "there is no key file \($0)" })
        var pending = groups[...]
        try await withThrowingTaskGroup(of: SSHClientSettingsInquiry.Answer.self) { tasks in
            var running = 0
            while true {
                while running < parallelMax, let group = pending.popFirst() {
                    tasks.addTask { try await inquiry.ask(group, of: targets) }
                    running += 1
                }
                guard let answer = try await tasks.next() else { return }
                running -= 1
                settings.questions += 1
                for (index, host) in answer.hosts { settings.hosts[index] = host }
                // One answer may bring many questions.
                pending += answer.remaining.map { ConfigurationScan.Group(alone: $0) }
            }
        }
        return settings
    }

    /// OpenSSH's defaults.
    private static func withoutSSH(
        _ targets: [HostTarget], options: SSHOptions, machine: SSHTokens,
    ) -> SSHClientSettings {
        let directory = "\(machine.home)/.ssh"
        let hosts = targets.map { target -> Result<SSHHostSettings, SSHFailure> in
            var settings = SSHHostSettings(
                name: target.name, hostName: target.name.lowercased(),
                user: target.user ?? options.user ?? machine.localUser, port: target.port ?? 22)
            settings.usesDefaultIdentityFiles = options.identityFiles.isEmpty
            settings.identityFiles =
                options.identityFiles.isEmpty
                ? ["ecdsa", "ed25519"].map { "\(directory)/id_\($0)" } : options.identityFiles
            settings.userKnownHostsFiles = ["\(directory)/known_hosts", "\(directory)/known_hosts2"]
            settings.globalKnownHostsFiles = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
            settings.identityAgent = machine.environment["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
            return .success(settings)
        }
        return SSHClientSettings(
            hosts: hosts,
            warnings: ["there is no ssh on the PATH, so the SSH configuration is not read (apt install openssh-client)"]
        )
    }

    /// As ssh does it: the home of the password file, not HOME.
    private static func thisMachine(environment: [String: String]) -> SSHTokens {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        let status = getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found)
        let isKnown = status == 0 && found != nil
        return SSHTokens(
            home: isKnown ? String(cString: entry.pw_dir) : environment["HOME"] ?? "/",
            localUser: isKnown ? String(cString: entry.pw_name) : environment["USER"] ?? String(getuid()),
            localUserID: getuid(), environment: environment)
    }
}
