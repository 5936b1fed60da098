/// The host keys that the user, or the administrator, knows: the contents of known_hosts files, and what is learned
/// during a run. Belongs to one thread or event loop.
package final class KnownHosts {
    /// A line of a file.
    package struct Place: Hashable, Sendable {
        /// The file's path.
        package let file: String
        /// Counted from 1; 0 is what was learned in this run.
        package let line: Int
    }

    struct Entry {
        let place: Place
        let marker: KnownHostsLine.Marker
        let key: SSHHostKey
    }

    /// Lines of a file that could not be understood.
    package struct BadLines: Hashable, Sendable {
        /// The file's path.
        package let file: String
        /// The first of them, counted from 1.
        package let firstLine: Int
        /// How many there are.
        package fileprivate(set) var count: Int
    }

    /// Lines that could not be understood; they are skipped, as ssh does.
    package private(set) var badLines: [BadLines] = []
    /// Files that exist and could not be read, with the reason; they are skipped, as ssh does.
    package private(set) var unreadable: [(file: String, reason: String)] = []
    /// The file to which new hosts are added; nil: nowhere.
    let writablePath: String?
    /// The names that were added in this run.
    var remembered: [String: SSHHostKey] = [:]

    private let limits: KnownHostsLimits
    private var entries: [Entry] = []
    private var literals: [String: [Int]] = [:]
    private var patterns: [(list: HostPatternList, owner: Int)] = []
    private var hashed = HashedHostNames()
    /// Found before, by name: one host is looked up before the key exchange and after it.
    private var found: [String: [Int]] = [:]

    /// Knows nothing yet. `writablePath`: the first of the user's files.
    package init(writablePath: String? = nil, limits: KnownHostsLimits = KnownHostsLimits()) {
        self.writablePath = writablePath
        self.limits = limits
    }

    /// Takes in the contents of a file. `file` is only for messages.
    package func add(contents: [UInt8], file: String) {
        var number = 0
        for bytes in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            switch KnownHostsLine.read(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, limits: limits) {
            case .nothing: break
            case .bad: noteBadLine(number, of: file)
            case .line(let line): add(line, at: Place(file: file, line: number))
            }
        }
    }

    func add(_ line: KnownHostsLine, at place: Place) {
        let owner = entries.count
        entries.append(Entry(place: place, marker: line.marker, key: line.key))
        switch line.names {
        case .literal(let names):
            for name in names where literals[name]?.last != owner { literals[name, default: []].append(owner) }
        case .patterns(let list): patterns.append((list, owner))
        case .hashed(let salt, let digest): hashed.append(salt: salt, digest: digest, owner: owner)
        }
        found.removeAll()
    }

    private func noteBadLine(_ number: Int, of file: String) {
        if badLines.last?.file != file { badLines.append(BadLines(file: file, firstLine: number, count: 0)) }
        badLines[badLines.count - 1].count += 1
    }

    func noteUnreadable(_ file: String, _ reason: String) { unreadable.append((file, reason)) }

    /// All that the files say about a name, in their order. The name is as the files have it: `[host]:2222`.
    func entries(for name: String) -> [Entry] {
        let name = HostPatternList.lowercased(name)
        if let known = found[name] { return known.map { entries[$0] } }
        var owners = literals[name] ?? []
        for (list, owner) in patterns where list.matches(name) { owners.append(owner) }
        owners += hashed.owners(of: name)
        owners.sort()
        found[name] = owners
        return owners.map { entries[$0] }
    }

    /// The algorithms of the keys known for a host, best known first, in the terms of host key algorithms. To be
    /// preferred in the key exchange: a server with several keys would otherwise show one that is not known, and look
    /// like another host.
    package func algorithms(names: [String], port: Int) -> [String] {
        guard let name = names.first else { return [] }
        var candidates = entries(for: Self.lookupName(name, port: port))
        if candidates.isEmpty, port != Self.standardPort { candidates = entries(for: name) }
        let revoked = Set(candidates.filter { $0.marker == .revoked }.map(\.key))
        var algorithms: [String] = []
        for entry in candidates where entry.marker == .none && !revoked.contains(entry.key) {
            if !algorithms.contains(entry.key.algorithm) { algorithms.append(entry.key.algorithm) }
        }
        return algorithms
    }

    static let standardPort = 22

    /// How files write a host: with its port only where that is not the standard one.
    static func lookupName(_ name: String, port: Int) -> String {
        let name = HostPatternList.lowercased(name)
        return port == standardPort ? name : "[\(name)]:\(port)"
    }
}
