import Glibc
import PlushSpec
import PlushTree

/// Looks up the resources of specifications in a directory file, which is read when it is first needed.
struct HostResources {
    private let fileName: String
    private let options: ControllerOptions
    private var directory: HostDirectory?

    init(fileName: String, options: ControllerOptions) {
        self.fileName = fileName
        self.options = options
    }

    /// What errors call the directory file.
    var path: String {
        options.directoryPath ?? "\(Self.home)/\(Self.defaultPath)"
    }

    /// The hosts of a configuration's resources in their order, each once.
    ///
    /// Throws ``ControllerError`` with the specification's FILE:LINE, and `SpecificationError` with the directory's.
    mutating func hosts(of configuration: Configuration) throws -> [HostTarget] {
        var hosts: [HostTarget] = []
        var seen: Set<HostTarget> = []
        for resource in configuration.resources {
            guard let type = HostDirectory.Group.Kind(rawValue: resource.type.description) else {
                throw fault(
                    resource, "type \"\(resource.type)\" is not known",
                    remedy: "there are local, ssh and plab; or name hosts with -w, or use --local N")
            }
            for group in try groups(resource, type) {
                // `-l` is for all hosts that name no user themselves, as with ssh.
                let user = options.ssh.user == nil ? group.user : nil
                for written in group.hosts {
                    let host = HostTarget(written, user: user, port: group.port)
                    if seen.insert(host).inserted { hosts.append(host) }
                }
            }
        }
        return hosts
    }

    private mutating func groups(
        _ resource: Resource, _ type: HostDirectory.Group.Kind
    ) throws -> [HostDirectory.Group] {
        let directory = try read(resource)
        guard let name = resource.group else {
            let groups = directory.groups(of: type)
            if groups.isEmpty {
                throw fault(
                    resource, "\(path) has no group of type \(type.rawValue)",
                    remedy: "add one, or name another file with --directory")
            }
            return groups
        }
        guard let group = directory.group(named: name) else {
            throw fault(
                resource, "\(path) has no group \"\(name)\"",
                remedy: "add it, or name another file with --directory; \(directory.hint(for: name, of: type))")
        }
        guard group.type == type else {
            throw fault(
                resource, "the group \"\(name)\" is of type \(group.type.rawValue) in \(path):\(group.line)",
                remedy: "write type=\"\(group.type.rawValue)\" here, or change it there")
        }
        return [group]
    }

    private mutating func read(_ resource: Resource) throws -> HostDirectory {
        if let directory { return directory }
        if access(path, F_OK) != 0, errno == ENOENT {
            throw fault(
                resource,
                "type \"\(resource.type)\" needs a directory file that names its hosts, and there is no \(path); write "
                    + "one such as this:\n\(HostDirectoryParser.example)\n",
                remedy: "or name another with --directory, or hosts with -w, or run on this machine with --local N")
        }
        let read = try HostDirectoryParser.parse(path: path)
        directory = read
        return read
    }

    private func fault(_ resource: Resource, _ message: String, remedy: String) -> ControllerError {
        ControllerError(.usage, "\(fileName):\(resource.line): <resources>: \(message)", remedy: remedy)
    }

    private static let defaultPath = ".plush/directory.xml"

    /// The home that `~` stands for.
    private static var home: String {
        if let value = getenv("HOME"), value[0] != 0 { return String(cString: value) }
        return getpwuid(getuid())?.pointee.pw_dir.map { String(cString: $0) } ?? "~"
    }
}
