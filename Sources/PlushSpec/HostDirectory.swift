import PlushTree

/// A directory file: named groups of hosts, which specifications refer to by type and group.
///
/// A value of this type that came from ``HostDirectoryParser`` is valid: names of groups are unique, and no group is
/// empty.
public struct HostDirectory: Sendable, Equatable {
    /// A named group of hosts that are reached in the same way.
    public struct Group: Sendable, Equatable {
        /// How the hosts are reached.
        public enum Kind: String, Sendable, Equatable, CaseIterable {
            /// With an SSH login.
            case ssh
            /// With the login of a PlanetLab slice, which has the slice's name.
            case plab
        }

        /// The name that `<resource group="...">` refers to.
        public var name: String
        /// How the hosts are reached; `ssh` where the file does not say.
        public var type: Kind
        /// The user to log in as. In a group of type `plab` that names none it is the group's name, because a
        /// PlanetLab slice is logged in to under its own name.
        public var user: String?
        /// The port of the hosts that name none themselves.
        public var port: UInt16?
        /// The hosts in the order of the file, each once; never empty after parsing.
        public var hosts: [NodeSet.HostName]
        /// The line of the start tag, from 1.
        public var line: Int

        /// Makes a group from its parts.
        public init(
            name: String, type: Kind = .ssh, user: String? = nil, port: UInt16? = nil, hosts: [NodeSet.HostName],
            line: Int,
        ) {
            self.name = name
            self.type = type
            self.user = user
            self.port = port
            self.hosts = hosts
            self.line = line
        }
    }

    /// The groups in the order of the file; never empty after parsing.
    public var groups: [Group]

    /// Makes a directory of the given groups.
    public init(groups: [Group]) {
        self.groups = groups
    }

    /// The groups of one type, in the order of the file.
    public func groups(of type: Group.Kind) -> [Group] {
        groups.filter { $0.type == type }
    }

    /// The group of that name, or nil.
    public func group(named name: String) -> Group? {
        groups.first { $0.name == name }
    }

    /// What to say to somebody who asked for a group that is not there: the name that was probably meant, or the names
    /// that there are.
    package func hint(for name: String, of type: Group.Kind) -> String {
        let names = groups(of: type).map(\.name)
        if let guess = Wording.nearest(to: name, among: Array(names.prefix(Self.candidatesMax))) {
            return "did you mean \"\(guess)\"?"
        }
        if names.isEmpty { return "it has no group of type \(type.rawValue)" }
        let shown = names.prefix(Self.namesMax).map { "\"\($0)\"" }
        return "it has \(Wording.choice(Array(shown)))\(names.count > shown.count ? " and others" : "")"
    }

    /// Names compared for a hint: comparing costs more than looking up.
    private static let candidatesMax = 200
    /// Names repeated in a hint: it is one line.
    private static let namesMax = 8
}
