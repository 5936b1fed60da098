/// How one host is reached: what the SSH configuration says of it, as far as plush honours it.
package struct SSHHostSettings: Hashable, Sendable {
    /// Who decides on a host whose key is not known (StrictHostKeyChecking).
    package enum StrictHostKeyChecking: Hashable, Sendable {
        case yes
        case ask
        case acceptNew
        case no
    }

    /// What the user called the host.
    package var name: String
    /// What is looked up and dialled: a name or an address.
    package var hostName: String
    /// The user to log in as.
    package var user: String
    /// The port.
    package var port: UInt16
    /// Key files, in the order in which they are tried; paths are expanded, and need not exist.
    package var identityFiles: [String] = []
    /// Whether nobody named these files: they are the ones that ssh tries on its own.
    package var usesDefaultIdentityFiles = true
    /// Whether only these keys may be used, also of those that an agent holds.
    package var identitiesOnly = false
    /// The socket of the user's ssh-agent; nil: none.
    package var identityAgent: String?
    /// known_hosts files of the user; new hosts are added to the first.
    package var userKnownHostsFiles: [String] = []
    /// known_hosts files of the machine.
    package var globalKnownHostsFiles: [String] = []
    /// The name under which the host key is known, if it is not the host name.
    package var hostKeyAlias: String?
    /// Whether names are added to known_hosts files as hashes.
    package var hashKnownHosts = false
    /// The key exchanges that are allowed, KexAlgorithms; empty: all.
    package var keyExchanges: [String] = []
    /// Whether the host key must not contradict what is known of the address, either.
    package var checkHostIP = false
    /// What the configuration says about unknown host keys.
    package var strictHostKeyChecking = StrictHostKeyChecking.ask
    /// How long connecting, greeting and key exchange may take together, in seconds; nil: as long as the run allows.
    package var connectTimeoutSeconds: Int?

    /// Makes settings with the values that ssh has by itself.
    package init(name: String, hostName: String, user: String, port: UInt16 = 22) {
        self.name = name
        self.hostName = hostName
        self.user = user
        self.port = port
    }

    /// What ``KnownHosts`` is to be asked for. `address`: the numeric one that was dialled. An alias stands for the host
    /// alone and without a port (get_hostfile_hostname_ipaddr in OpenSSH).
    package func hostKeyLookup(address: String?) -> (names: [String], port: Int) {
        if let hostKeyAlias { return ([hostKeyAlias], 22) }
        guard checkHostIP, let address, address != hostName else { return ([hostName], Int(port)) }
        return ([hostName, address], Int(port))
    }
}
