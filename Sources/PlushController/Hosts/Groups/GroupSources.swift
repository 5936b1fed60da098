import Glibc
import PlushSpec
import PlushTree

/// All sources of groups, read.
struct GroupSources {
    private typealias Fault = NodeSet.Groups.Fault

    private let files: [GroupFile]
    private let directory: HostDirectory?
    private let commands: [GroupCommands]
    private let defaultName: String?
    private let places: HostGroups.Places

    init(_ places: HostGroups.Places) throws(NodeSet.Groups.Fault) {
        self.places = places
        var files: [GroupFile] = []
        var commands: [GroupCommands] = []
        var defaultName: String?
        for folder in places.folders {
            if let text = try GroupText.read("\(folder)/groups") {
                files.append(try GroupFile(text, path: "\(folder)/groups"))
            }
            guard let text = try GroupText.read("\(folder)/groups.conf") else { continue }
            let configuration = try GroupConfiguration(text, path: "\(folder)/groups.conf", folder: folder)
            defaultName = defaultName ?? configuration.defaultName
            for source in configuration.sources where !commands.contains(where: { $0.name == source.name }) {
                commands.append(source)
            }
        }
        self.files = files
        self.commands = commands
        self.defaultName = defaultName
        directory = try Self.directory(places)
        if let defaultName, source(defaultName) == nil {
            throw Fault("[Main] default: \(defaultName): there is no such source; there are \(Self.list(names))")
        }
    }

    private static func directory(_ places: HostGroups.Places) throws(NodeSet.Groups.Fault) -> HostDirectory? {
        let path = places.directoryPath ?? "\(places.folders.first ?? "")/directory.xml"
        if places.directoryPath == nil, access(path, F_OK) != 0, errno == ENOENT { return nil }
        do throws(SpecificationError) {
            return try HostDirectoryParser.parse(path: path)
        } catch {
            throw Fault(error.description)
        }
    }

    /// The sources that may be named, the default one first.
    var names: [String] {
        let all = [HostGroups.filesName, HostGroups.directoryName] + commands.map(\.name)
        guard let defaultName else { return all }
        return [defaultName] + all.filter { $0 != defaultName }
    }

    func answer(_ query: NodeSet.Groups.Query) throws(NodeSet.Groups.Fault) -> String {
        switch query {
        case .members(let group, let source):
            let sources = try sources(source)
            for source in sources {
                if let members = try source.members(of: group) { return members }
            }
            throw Fault(try unknown(group, among: sources))
        case .all(let source):
            let sources = try sources(source)
            for source in sources {
                if let all = try source.all() { return all }
            }
            throw Fault("there are no groups, so there is no @*; write some into \(GroupText.examplePlace(places))")
        case .names(let source):
            var names: [String] = []
            for source in try sources(source) { names += try source.names() }
            return names.joined(separator: ",")
        }
    }

    /// A source that can be asked.
    fileprivate enum Source {
        case files([GroupFile])
        case directory(HostDirectory?, HostGroups.Logins)
        case commands(GroupCommands)
    }

    private func source(_ name: String) -> Source? {
        switch name {
        case HostGroups.filesName where !commands.contains { $0.name == name }: return .files(files)
        case HostGroups.directoryName: return .directory(directory, places.logins)
        default: return commands.first { $0.name == name }.map { .commands($0) }
        }
    }

    private func sources(_ name: String?) throws(NodeSet.Groups.Fault) -> [Source] {
        guard let name = name ?? defaultName else {
            return [.files(files), .directory(directory, places.logins)]
        }
        guard let source = source(name) else {
            throw Fault("there is no source of groups \"\(name)\"; there are \(Self.list(names))")
        }
        return [source]
    }

    /// Names repeated in an error: it is one line.
    private static let namesMax = 8

    private static func list(_ names: [String]) -> String {
        names.prefix(namesMax).joined(separator: ", ") + (names.count > namesMax ? " and others" : "")
    }

    private func unknown(_ group: String, among sources: [Source]) throws(NodeSet.Groups.Fault) -> String {
        var known: [String] = []
        for source in sources { known += try source.names() }
        guard !known.isEmpty else {
            return "there is no group \"\(group)\", nor any other; write NAME: HOSTS into "
                + GroupText.examplePlace(places)
        }
        return "there is no group \"\(group)\"; there are \(Self.list(known))"
    }
}

extension GroupSources.Source {
    /// The node set of a group; nil where the source has no such group.
    fileprivate func members(of group: String) throws(NodeSet.Groups.Fault) -> String? {
        switch self {
        case .files(let files):
            return files.lazy.compactMap { $0.members(of: group) }.first
        case .directory(let directory, let logins):
            guard let found = directory?.group(named: group) else { return nil }
            return try Self.text(found, logins)
        case .commands(let commands):
            return try commands.members(of: group)
        }
    }

    /// The node set of all hosts; nil where the source has none.
    fileprivate func all() throws(NodeSet.Groups.Fault) -> String? {
        switch self {
        case .files(let files):
            if let all = files.lazy.compactMap({ $0.members(of: GroupFile.allName) }).first { return all }
            let texts = files.flatMap(\.texts)
            return texts.isEmpty ? nil : texts.joined(separator: ",")
        case .directory(let directory, let logins):
            guard let directory else { return nil }
            var texts: [String] = []
            for group in directory.groups { texts.append(try Self.text(group, logins)) }
            return texts.joined(separator: ",")
        case .commands(let commands):
            return try commands.all()
        }
    }

    fileprivate func names() throws(NodeSet.Groups.Fault) -> [String] {
        switch self {
        case .files(let files):
            var seen: Set<String> = []
            return files.flatMap(\.names).filter { seen.insert($0).inserted }
        case .directory(let directory, _): return directory?.groups.map(\.name) ?? []
        case .commands(let commands): return try commands.names()
        }
    }

    private static func text(
        _ group: HostDirectory.Group, _ logins: HostGroups.Logins
    ) throws(NodeSet.Groups.Fault) -> String {
        var labels: [String] = []
        for host in group.hosts {
            let target = HostTarget(
                host, user: logins == .all ? group.user : nil, port: logins == .none ? nil : group.port)
            guard target.port == nil || !target.name.contains(":") else {
                throw NodeSet.Groups.Fault(
                    "the group \(group.name) has an IPv6 address with a port, which node sets cannot say; give it a "
                        + "name in the configuration of ssh")
            }
            labels.append(target.fullLabel)
        }
        return labels.joined(separator: ",")
    }
}
