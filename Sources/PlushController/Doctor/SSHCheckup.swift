import Foundation

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
        return [program(ssh), keys(), knownHosts()]
    }

    private func program(_ ssh: String) -> Finding {
        let outcome = try? OpenSSHTool.run(
            [ssh, "-V"], environment: environment, milliseconds: Self.milliseconds, cancel: BlockingWork.CancelFlag())
        guard let outcome, outcome.code == 0 else {
            return Finding("ssh", .failed, "\(ssh) -V fails", remedy: "install openssh-client anew")
        }
        return Finding("ssh", .ok, "\(ssh): \(outcome.words)")
    }

    /// Keys of an agent, or files that ssh tries by itself.
    private func keys() -> Finding {
        let files = ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa"].filter {
            FileManager.default.isReadableFile(atPath: "\(home)/.ssh/\($0)")
        }
        let usable = files.filter { $0 == "id_ed25519" || $0 == "id_ecdsa" }
        let agent = environment["SSH_AUTH_SOCK"].map { FileManager.default.fileExists(atPath: $0) } ?? false
        let named = options.ssh.identityFiles
        var sources = agent ? ["an ssh-agent"] : []
        sources += usable.map { "~/.ssh/\($0)" } + named
        if !sources.isEmpty { return Finding("keys", .ok, sources.joined(separator: ", ")) }
        if files.isEmpty {
            return Finding(
                "keys", .warning, "no ssh-agent, and no Ed25519 or ECDSA key in ~/.ssh",
                remedy: "ssh-keygen -t ed25519, or name a key with --identity")
        }
        return Finding(
            "keys", .warning, "~/.ssh has only \(files.joined(separator: ", ")), which cannot be used",
            remedy: "ssh-keygen -t ed25519, and add its public half to the hosts' authorized_keys")
    }

    private func knownHosts() -> Finding {
        if let policy = options.ssh.hostKeyPolicy, policy != .strict {
            return Finding("known hosts", .ok, "not needed with --host-key \(policy.rawValue)")
        }
        let files = ["\(home)/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"].filter {
            FileManager.default.isReadableFile(atPath: $0)
        }
        guard files.isEmpty else { return Finding("known hosts", .ok, files.joined(separator: ", ")) }
        return Finding(
            "known hosts", .warning, "there are none, so every host will be refused",
            remedy: "log in once with ssh, use ssh-keyscan, or --host-key accept-new")
    }
}
