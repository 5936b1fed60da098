import Foundation
import PlushSpec
import PlushTree
import Synchronization

/// The groups of hosts that a user has, for `@group` in node sets.
///
/// A name without a source is looked up in `~/.plush/groups`, then in `/etc/plush/groups`, then among the groups of the
/// directory file; or in the source that `[Main] default:` of a `groups.conf` names, and nowhere else. Files are read,
/// and commands run, when something asks for a group, once for each question.
public final class HostGroups: Sendable {
    /// The source of the files of groups.
    static let filesName = "local"
    /// The source of the directory file.
    static let directoryName = "directory"

    /// Where groups are looked for.
    public struct Places: Sendable {
        /// The folders that may hold `groups` and `groups.conf`, the user's own first.
        public var folders: [String]
        /// The directory file; nil: `~/.plush/directory.xml`, where that is there.
        public var directoryPath: String?
        /// What hosts of the directory file's groups bring along of the group's login.
        public var logins = Logins.all

        /// As shells and ssh see it, also where the user's entry of passwd says something else.
        static var home: String {
            let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
            return home.isEmpty ? NSHomeDirectory() : home
        }

        /// The usual places.
        public init(directoryPath: String? = nil) {
            folders = [Self.home + "/.plush", "/etc/plush"]
            self.directoryPath = directoryPath
        }
    }

    /// What of a group's login its hosts bring along.
    public enum Logins: Sendable {
        /// User and port.
        case all
        /// The port alone: another user is asked for.
        case ports
        /// Nothing: `-x n1` takes every `n1` away.
        case none
    }

    private struct State {
        var sources: GroupSources?
        var answers: [NodeSet.Groups.Query: String] = [:]
    }

    private let places: Places
    private let state = Mutex(State())

    /// Groups of these places; nothing is read yet.
    public init(_ places: Places = Places()) {
        self.places = places
    }

    /// For ``PlushTree/NodeSet/expand(_:groups:limit:)``.
    public var groups: NodeSet.Groups {
        NodeSet.Groups { [self] (query) throws(NodeSet.Groups.Fault) -> String in try answer(query) }
    }

    /// The same groups, with the names of their hosts alone.
    var withoutLogins: HostGroups {
        var places = places
        places.logins = .none
        return HostGroups(places)
    }

    /// The names of all sources, the default one first.
    public func sourceNames() throws(NodeSet.Groups.Fault) -> [String] {
        try state.withLock { (state) throws(NodeSet.Groups.Fault) in try sources(&state).names }
    }

    func answer(_ query: NodeSet.Groups.Query) throws(NodeSet.Groups.Fault) -> String {
        try state.withLock { (state) throws(NodeSet.Groups.Fault) in
            if let known = state.answers[query] { return known }
            let answer = try sources(&state).answer(query)
            state.answers[query] = answer
            return answer
        }
    }

    private func sources(_ state: inout State) throws(NodeSet.Groups.Fault) -> GroupSources {
        if let known = state.sources { return known }
        let sources = try GroupSources(places)
        state.sources = sources
        return sources
    }
}
