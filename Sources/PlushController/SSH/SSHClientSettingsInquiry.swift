import PlushSSH

/// Asks `ssh -G` about one group of hosts.
struct SSHClientSettingsInquiry: Sendable {
    /// What came of it.
    struct Answer: Sendable {
        /// The hosts about which something is known now, by their positions.
        var hosts: [(Int, Result<SSHHostSettings, SSHFailure>)]
        /// Those that must be asked about one by one, because ssh and we do not agree on what the configuration says.
        var remaining: [Int] = []
    }

    let ssh: String
    let options: SSHOptions
    let environment: [String: String]
    let machine: SSHTokens
    let milliseconds: UInt64

    func ask(_ group: ConfigurationScan.Group, of targets: [HostTarget]) async throws -> Answer {
        guard let first = group.hosts.first else { return Answer(hosts: []) }
        let target = targets[first]
        if let failure = Self.refusal(of: target.name) {
            return Answer(hosts: [(first, .failure(failure))], remaining: Array(group.hosts.dropFirst()))
        }
        let text: SSHConfigurationText
        switch try await print(target) {
        case .success(let printed): text = printed
        case .failure(let failure): return Answer(hosts: group.hosts.map { ($0, .failure(failure)) })
        }
        guard group.hosts.count > 1, let template = group.template else {
            return Answer(hosts: [(first, Self.settings(text, name: target.name, template: nil, machine: machine))])
        }
        guard template.agrees(with: text, name: target.name, machine: machine) else {
            return Answer(
                hosts: [(first, Self.settings(text, name: target.name, template: nil, machine: machine))],
                remaining: Array(group.hosts.dropFirst()))
        }
        return Answer(
            hosts: group.hosts.map { index in
                let name = targets[index].name
                if let failure = Self.refusal(of: name) { return (index, .failure(failure)) }
                return (index, Self.settings(text, name: name, template: template, machine: machine))
            })
    }

    private static func settings(
        _ text: SSHConfigurationText, name: String, template: ConfigurationTemplate?, machine: SSHTokens,
    ) -> Result<SSHHostSettings, SSHFailure> {
        do throws(SSHFailure) {
            return .success(try text.settings(name: name, template: template, machine: machine))
        } catch {
            return .failure(error)
        }
    }

    private func print(_ target: HostTarget) async throws -> Result<SSHConfigurationText, SSHFailure> {
        var arguments = [ssh, "-G"]
        if let path = options.configurationPath { arguments += ["-F", path] }
        for file in options.identityFiles { arguments += ["-i", file] }
        if let user = target.user ?? options.user { arguments += ["-l", user] }
        if let port = target.port { arguments += ["-p", "\(port)"] }
        arguments += ["--", target.name]
        let command = arguments
        let (environment, milliseconds) = (environment, milliseconds)
        return try await BlockingWork.run { flag in
            let outcome: OpenSSHTool.Outcome
            do {
                outcome = try OpenSSHTool.run(
                    command, environment: environment, milliseconds: milliseconds, cancel: flag)
            } catch let error as PlushErrno {
                return .failure(SSHFailure(.session, "cannot start \(command[0]): \(error)"))
            }
            guard outcome.code == 0 else {
                let words =
                    outcome.isLate
                    ? "it took more than \(milliseconds / 1_000) s; is there a slow Match exec?" : outcome.words
                return .failure(
                    SSHFailure(.session, "ssh does not take its configuration: \(words)", remedy: "try ssh -G HOST"))
            }
            do throws(SSHFailure) {
                return .success(try SSHConfigurationText(outcome.output))
            } catch {
                return .failure(error)
            }
        }
    }

    /// ssh would take these for an option, a user or an address of its own making.
    private static func refusal(of name: String) -> SSHFailure? {
        let special = "/@\"'\\".unicodeScalars
        let isBad =
            name.isEmpty || name.hasPrefix("-")
            || name.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7f || special.contains($0) }
        return isBad ? SSHFailure(.session, "this is no name of a host", remedy: "see --nodes and --hostfile") : nil
    }
}
