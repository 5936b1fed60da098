import Foundation
import Glibc
import PlushTree

/// Where the overlays of a user leave what others need to find them: `~/.plush/overlays/NAME`, with the socket, the log
/// and the record of the controller, all of it the user's alone.
///
/// Not below `XDG_RUNTIME_DIR`: that goes when the user logs out, and an overlay stays.
public struct OverlayPlaces: Sendable {
    /// One overlay that was found.
    public struct Entry: Sendable, Equatable {
        /// What is known of its controller.
        public enum State: Sendable, Equatable {
            /// It lives, as this process.
            case up(process: Int32)
            /// It is gone, and has left its directory.
            case gone
            /// It was started on another machine that has the same home directory.
            case elsewhere(machine: String)
        }

        /// The overlay's name.
        public let name: String
        /// What is known of its controller.
        public let state: State
    }

    let root: String
    /// What was typed in shells.
    public let historyPath: String

    /// The places below a home directory; nil: that of the user.
    public init(home: String? = nil) {
        let own = (home ?? HostGroups.Places.home) + "/.plush"
        root = own + "/overlays"
        historyPath = own + "/history"
    }

    /// The directory of an overlay.
    public func path(_ name: String) -> String { "\(root)/\(name)" }
    func socket(_ name: String) -> String { "\(root)/\(name)/socket" }
    func record(_ name: String) -> String { "\(root)/\(name)/controller" }
    /// What the controller of an overlay has to say while nobody looks.
    public func log(_ name: String) -> String { "\(root)/\(name)/log" }

    /// All that there are, by name.
    public func all() -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return NodeSet.ordered(names.filter(OverlayName.isValid)).compactMap(entry)
    }

    /// The overlay of a name; nil when there is none.
    func entry(_ name: String) -> Entry? {
        var status = stat()
        guard lstat(path(name), &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
            return nil
        }
        return Entry(name: name, state: OverlayRecord.state(at: record(name)))
    }

    /// The overlay that is meant: that of the name, or without one the only one that is up. Throws what to do instead.
    public func choose(_ name: String?) throws(ControllerError) -> Entry {
        guard let name else { return try onlyOne() }
        let wanted = try OverlayName.checked(name)
        guard let entry = entry(wanted) else { throw unknown(wanted) }
        switch entry.state {
        case .up: return entry
        case .gone:
            throw ControllerError(
                .usage, "overlay \(name) is not up any more: its controller has ended without a word",
                remedy:
                    "see \(log(name)); plush down \(name) removes what is left, plush up --name \(name) builds it anew")
        case .elsewhere(let machine):
            throw ControllerError(
                .usage, "overlay \(name) was built on \(machine)", remedy: "use it there, or take another name")
        }
    }

    private func onlyOne() throws(ControllerError) -> Entry {
        let up = living
        guard let first = up.first else {
            throw ControllerError(.usage, "no overlay is up", remedy: "build one with plush up -w 'n[001-100]'")
        }
        guard up.count == 1 else {
            let names = up.map(\.name).joined(separator: ", ")
            throw ControllerError(
                .usage, "\(up.count) overlays are up: \(names)", remedy: "say which, as in --on \(first.name)")
        }
        return first
    }

    /// Those whose controller lives on this machine.
    public var living: [Entry] {
        all().filter { entry in
            if case .up = entry.state { true } else { false }
        }
    }

    private func unknown(_ name: String) -> ControllerError {
        let names = all().map(\.name)
        if let near = Spelling.nearest(to: name, among: names) {
            return ControllerError(.usage, "there is no overlay \(name)", remedy: "did you mean \(near)?")
        }
        guard !names.isEmpty else {
            return ControllerError(
                .usage, "there is no overlay \(name)", remedy: "build it with plush up --name \(name) -w 'n[001-100]'")
        }
        return ControllerError(
            .usage, "there is no overlay \(name)", remedy: "there is \(names.joined(separator: ", "))")
    }

    /// Removes what a controller that is gone has left.
    func removeRemains(_ name: String) {
        for file in [socket(name), log(name), record(name)] { unlink(file) }
        rmdir(path(name))
    }
}
