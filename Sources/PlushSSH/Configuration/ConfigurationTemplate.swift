/// What `ssh -G` prints already expanded for one host, as the configuration itself has it: so that it can be expanded
/// for all hosts that the same lines apply to.
package struct ConfigurationTemplate: Hashable, Sendable {
    /// HostName; nil: the host's own name.
    var hostName: String?
    /// UserKnownHostsFile, where tokens occur in it; nil: the same files for all hosts.
    var userKnownHostsFiles: [String]?

    /// The name to dial. HostName knows only two tokens.
    func hostName(of name: String) throws(SSHFailure) -> String {
        guard let hostName else { return HostPatternList.lowercased(name) }
        return HostPatternList.lowercased(try Self.expandHostName(hostName, of: name))
    }

    static func expandHostName(_ text: String, of name: String) throws(SSHFailure) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "%": result += "%"
            case "h", "n": result += name
            case let token:
                let word = token.map { "%\($0)" } ?? "%"
                throw SSHFailure(.session, "the SSH configuration says HostName \(text), and there is no token \(word)")
            }
        }
        return result
    }

    /// The user's known_hosts files of one host; nil: as ssh printed them.
    func userKnownHostsFiles(_ tokens: SSHTokens) throws(SSHFailure) -> [String]? {
        guard let userKnownHostsFiles else { return nil }
        var paths: [String] = []
        for path in userKnownHostsFiles { paths.append(try tokens.path(path, keyword: "UserKnownHostsFile")) }
        return paths
    }

    /// Whether expanding gives for this host what ssh itself printed. If not, it must be asked about each host.
    package func agrees(with text: SSHConfigurationText, name: String, machine: SSHTokens) -> Bool {
        guard (try? hostName(of: name)) == text.hostName else { return false }
        guard userKnownHostsFiles != nil else { return true }
        // Only once the host's own settings are there, tokens have their values.
        guard let settings = try? text.settings(name: name, template: self, machine: machine) else { return true }
        return settings.userKnownHostsFiles == text.userKnownHostsFiles
    }
}
