/// What `ssh -G HOST` printed: a keyword and its value in each line.
package struct SSHConfigurationText: Sendable {
    private let values: [String: [String]]

    /// Reads the text. Throws where it is no such thing.
    package init(_ bytes: [UInt8]) throws(SSHFailure) {
        guard bytes.count <= ConfigurationLimits.answerBytesMax else {
            throw Self.unreadable("more than \(ConfigurationLimits.answerBytesMax >> 10) KiB")
        }
        var values: [String: [String]] = [:]
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard let keyword = words.first else { continue }
            let value = words.count > 1 ? String(decoding: words[1], as: UTF8.self) : ""
            values[HostPatternList.lowercased(String(decoding: keyword, as: UTF8.self)), default: []].append(value)
        }
        self.values = values
        guard hostName != nil, values["port"] != nil, values["user"] != nil else {
            throw Self.unreadable("no host name, user or port")
        }
    }

    /// The name or address to dial, for the host that ssh was asked about.
    package var hostName: String? { value("hostname") }

    /// The user's known_hosts files, for the host that ssh was asked about. A blank in a path cannot be told from one
    /// between two paths: ssh prints both alike.
    package var userKnownHostsFiles: [String] { list("userknownhostsfile") }

    /// The settings of one host. `template`: what depends on the host's name, when ssh was asked about another host of
    /// the same kind. Throws where the host cannot be reached in the way that the configuration asks for.
    package func settings(
        name: String, template: ConfigurationTemplate? = nil, machine: SSHTokens,
    ) throws(SSHFailure) -> SSHHostSettings {
        try refuseDetours()
        guard let portText = value("port"), let port = UInt16(portText), port > 0 else {
            throw Self.unreadable("the port \(value("port") ?? "")")
        }
        var tokens = machine
        tokens.name = name
        tokens.port = port
        tokens.user = value("user") ?? machine.localUser
        tokens.hostKeyAlias = value("hostkeyalias")
        tokens.hostName = try template?.hostName(of: name) ?? hostName ?? name
        var settings = SSHHostSettings(name: name, hostName: tokens.hostName, user: tokens.user, port: port)
        settings.hostKeyAlias = tokens.hostKeyAlias

        let files = (values["identityfile"] ?? []).filter { $0 != "none" }
        settings.usesDefaultIdentityFiles = Self.areDefaults(files)
        for file in files.prefix(ConfigurationLimits.identityFilesMax) {
            settings.identityFiles.append(try tokens.path(file, keyword: "IdentityFile"))
        }
        settings.identitiesOnly = isYes("identitiesonly")
        settings.identityAgent = try agent(tokens)

        settings.userKnownHostsFiles = try template?.userKnownHostsFiles(tokens) ?? userKnownHostsFiles
        settings.globalKnownHostsFiles = list("globalknownhostsfile")
        for index in settings.userKnownHostsFiles.indices {
            let path = settings.userKnownHostsFiles[index]
            settings.userKnownHostsFiles[index] = try tokens.tilde(path, keyword: "UserKnownHostsFile")
        }
        settings.hashKnownHosts = isYes("hashknownhosts")
        settings.keyExchanges = (value("kexalgorithms") ?? "").split(separator: ",").map(String.init)
        settings.checkHostIP = isYes("checkhostip")
        settings.strictHostKeyChecking = strictHostKeyChecking
        guard !SSHLibrary.keyExchangeOffer(allowed: settings.keyExchanges).isEmpty else {
            throw SSHFailure(
                .keyExchange, "KexAlgorithms of the SSH configuration names none that libssh2 knows",
                remedy: "allow \(SSHLibrary.keyExchanges.prefix(2).joined(separator: " or ")) for it")
        }
        settings.connectTimeoutSeconds = value("connecttimeout").flatMap { Int($0) }
            .flatMap { $0 > 0 ? min($0, ConfigurationLimits.connectTimeoutSecondsMax) : nil }
        return settings
    }

    /// What cannot be done is refused; to connect to the same name directly could reach another host.
    private func refuseDetours() throws(SSHFailure) {
        if let jump = value("proxyjump") {
            throw SSHFailure(
                .session, "reached through ProxyJump \(jump), which plush does not do",
                remedy: "run plush on the jump host, or make the host reachable without it")
        }
        if value("proxycommand") != nil {
            throw SSHFailure(
                .session, "reached through a ProxyCommand, which plush does not do",
                remedy: "run plush where the host is reachable without it")
        }
        if value("revokedhostkeys") != nil {
            throw SSHFailure(
                .session, "the SSH configuration sets RevokedHostKeys, which plush does not read",
                remedy: "mark the keys as @revoked in a known_hosts file instead")
        }
    }

    /// `none` and a missing line say the same.
    private func value(_ keyword: String) -> String? {
        guard let text = values[keyword]?.first, text != "none", !text.isEmpty else { return nil }
        return text
    }

    private func list(_ keyword: String) -> [String] {
        (value(keyword) ?? "").split(separator: " ").map(String.init)
    }

    private func isYes(_ keyword: String) -> Bool { ["yes", "true"].contains(value(keyword) ?? "") }

    private var strictHostKeyChecking: SSHHostSettings.StrictHostKeyChecking {
        switch value("stricthostkeychecking") {
        case "yes", "true": .yes
        case "accept-new": .acceptNew
        case "no", "false", "off": .no
        default: .ask
        }
    }

    /// SSH_AUTH_SOCK where nothing else is said; `IdentityAgent $NAME` looks in another variable.
    private func agent(_ tokens: SSHTokens) throws(SSHFailure) -> String? {
        let text = values["identityagent"]?.first ?? "SSH_AUTH_SOCK"
        let path: String? =
            if text == "none" {
                nil
            } else if text == "SSH_AUTH_SOCK" {
                tokens.environment[text]
            } else if text.hasPrefix("$"), !text.hasPrefix("${") {
                tokens.environment[String(text.dropFirst())]
            } else {
                try tokens.path(text, keyword: "IdentityAgent")
            }
        return path == "" ? nil : path
    }

    /// `ssh -G` prints the files that it would try by itself where none is configured: always several (five since
    /// OpenSSH 10), all of this form. Whoever names one by hand names one or two.
    private static func areDefaults(_ files: [String]) -> Bool {
        files.count >= 4 && files.allSatisfy { $0.hasPrefix("~/.ssh/id_") }
    }

    private static func unreadable(_ what: String) -> SSHFailure {
        SSHFailure(.session, "ssh -G printed \(what)", remedy: "see what 'ssh' on the PATH is")
    }
}
