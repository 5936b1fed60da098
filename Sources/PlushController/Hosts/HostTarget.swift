import PlushTree

/// A host that is to be reached by SSH, as the user named it. Two that differ in user or port are two hosts.
public struct HostTarget: Hashable, Sendable {
    /// What `ssh` would be given: a name, an alias of the SSH configuration or an address.
    public var name: String
    /// The user to log in as; nil: as the options or the SSH configuration say.
    public var user: String?
    /// The port; nil: as the SSH configuration says.
    public var port: UInt16?

    /// Makes a target.
    public init(name: String, user: String? = nil, port: UInt16? = nil) {
        self.name = name
        self.user = user
        self.port = port
    }

    /// What people see, where no other host of the pool has the same: the name, with the port where that is a special
    /// one. ``HostPool/names`` is what is shown, because it keeps names apart.
    public var label: String {
        text(user: nil, port: port == Self.usualPort ? nil : port)
    }

    /// Everything that was written, `user@host:port`: no two hosts have the same.
    public var fullLabel: String {
        text(user: user, port: port)
    }

    /// The port that SSH has by itself (RFC 4253, section 4).
    private static let usualPort: UInt16 = 22

    private func text(user: String?, port: UInt16?) -> String {
        let host = port != nil && name.contains(":") ? "[\(name)]" : name
        return (user.map { "\($0)@" } ?? "") + host + (port.map { ":\($0)" } ?? "")
    }
}

extension HostTarget {
    /// A name of a host list as a target; what it leaves open is taken from `user` and `port`.
    package init(_ written: NodeSet.HostName, user: String? = nil, port: UInt16? = nil) {
        self.init(name: written.host, user: written.user ?? user, port: written.port ?? port)
    }
}
