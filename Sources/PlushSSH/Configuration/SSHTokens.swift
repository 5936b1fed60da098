/// Expands `~`, `%`-tokens and `${NAME}` in paths of an SSH configuration (ssh_config(5), TOKENS and ENVIRONMENT
/// VARIABLES), as far as they occur in practice; what is not known is refused, never taken as it stands.
package struct SSHTokens: Sendable {
    /// The user's home.
    package var home: String
    /// The user's own name on this machine.
    package var localUser: String
    /// The user's number on this machine.
    package var localUserID: UInt32
    /// Where variables are looked up.
    package var environment: [String: String]
    /// What the user called the host.
    package var name = ""
    /// The name or address that is dialled.
    package var hostName = ""
    /// The port.
    package var port: UInt16 = 22
    /// The user to log in as.
    package var user = ""
    /// HostKeyAlias.
    package var hostKeyAlias: String?

    /// Knows this machine's side.
    package init(home: String, localUser: String, localUserID: UInt32, environment: [String: String]) {
        self.home = home
        self.localUser = localUser
        self.localUserID = localUserID
        self.environment = environment
    }

    /// A path with everything expanded. `keyword` is for messages.
    func path(_ text: String, keyword: String) throws(SSHFailure) -> String {
        try expand(try tilde(text, keyword: keyword), keyword: keyword)
    }

    /// Only `~`: at the beginning.
    func tilde(_ text: String, keyword: String) throws(SSHFailure) -> String {
        guard text.hasPrefix("~") else { return text }
        guard text == "~" || text.hasPrefix("~/") else {
            throw Self.refusal("\(keyword) \(text)", "the home of another user")
        }
        return home + text.dropFirst()
    }

    /// Tokens and variables.
    func expand(_ text: String, keyword: String) throws(SSHFailure) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "%" {
                guard let token = rest.popFirst(), let value = value(of: token) else {
                    throw Self.refusal("\(keyword) \(text)", "that token")
                }
                result += value
            } else if character == "$", rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw Self.refusal("\(keyword) \(text)", "an open ${") }
                let variable = String(rest[rest.index(after: rest.startIndex)..<end])
                guard let value = environment[variable] else {
                    throw SSHFailure(
                        .session, "the SSH configuration says \(keyword) \(text), and \(variable) is not set",
                        remedy: "set it")
                }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
            }
        }
        return result
    }

    private func value(of token: Character) -> String? {
        switch token {
        case "%": "%"
        case "d": home
        case "h": hostName
        case "i": String(localUserID)
        case "k": hostKeyAlias ?? name
        case "n": name
        case "p": String(port)
        case "r": user
        case "u": localUser
        default: nil
        }
    }

    private static func refusal(_ where: String, _ what: String) -> SSHFailure {
        SSHFailure(
            .session, "the SSH configuration says \(`where`), and plush does not expand \(what)",
            remedy: "write the path itself, or use %d %h %i %k %n %p %r %u")
    }
}
