import Foundation
import PlushSSH

/// Looks at what reaching hosts by SSH needs on this machine.
struct SSHCheckup {
    let options: ControllerOptions
    var environment = ProcessInfo.processInfo.environment
    var home = HostGroups.Places.home

    private static let milliseconds: UInt64 = 5_000

    func findings() -> [Finding] {
        guard let ssh = OpenSSHTool.find("ssh", environment: environment) else {
            return [
                Finding(
                    "ssh", .failed, "there is no ssh on the PATH, which reads ~/.ssh/config for plush",
                    remedy: "apt-get install openssh-client; --local works without")
            ]
        }
        let scan = ConfigurationScan(path: options.ssh.configurationPath, home: home, source: .files)
        return [program(ssh), keys(scan), knownHosts(scan)]
    }

    private func program(_ ssh: String) -> Finding {
        let outcome = try? OpenSSHTool.run(
            [ssh, "-V"], environment: environment, milliseconds: Self.milliseconds, cancel: BlockingWork.CancelFlag())
        guard let outcome, outcome.code == 0 else {
            return Finding("ssh", .failed, "\(ssh) -V fails", remedy: "install openssh-client anew")
        }
        return Finding("ssh", .ok, "\(ssh): \(outcome.words)")
    }

    /// Keys of an agent, files that the options or the configuration name, and files that ssh tries by itself.
    private func keys(_ scan: ConfigurationScan) -> Finding {
        let defaults = ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa"].map { "\(home)/.ssh/\($0)" }
        var files: [(path: String, isUsable: Bool)] = []
        for path in options.ssh.identityFiles + scan.identityFiles + defaults
        where !files.contains(where: { $0.path == path }) {
            let key = PrivateKeyFile(path: path)
            if key.isPresent { files.append((path, key.isUsable)) }
        }
        let agent = environment["SSH_AUTH_SOCK"].map { FileManager.default.fileExists(atPath: $0) } ?? false
        let sources = (agent ? ["an ssh-agent"] : []) + files.filter(\.isUsable).map { shown($0.path) }
        if !sources.isEmpty { return Finding("keys", .ok, Self.list(sources)) }
        if files.isEmpty {
            return Finding(
                "keys", .warning, "no ssh-agent, and no key file in ~/.ssh or named in the SSH configuration",
                remedy: "ssh-keygen -t ed25519, or name a key with --identity")
        }
        let useless = Self.list(files.map { shown($0.path) })
        return Finding(
            "keys", .warning, "no ssh-agent, and of kinds that cannot be used: \(useless)",
            remedy: "ssh-keygen -t ed25519, and add its public half to the hosts' authorized_keys")
    }

    private func knownHosts(_ scan: ConfigurationScan) -> Finding {
        if let policy = options.ssh.hostKeyPolicy, policy != .strict {
            return Finding("known hosts", .ok, "not needed with --host-key \(policy.rawValue)")
        }
        let defaults = ["\(home)/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"]
        let files = (scan.userKnownHostsFiles + defaults.filter { !scan.userKnownHostsFiles.contains($0) }).filter {
            $0 != "/dev/null" && FileManager.default.isReadableFile(atPath: $0)
        }
        guard files.isEmpty else { return Finding("known hosts", .ok, Self.list(files.map(shown))) }
        return Finding(
            "known hosts", .warning, "there are none, so hosts will be refused as not known",
            remedy: "log in once with ssh, use ssh-keyscan, or --host-key accept-new")
    }

    private func shown(_ path: String) -> String {
        path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }

    /// A configuration may name hundreds.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }
}
