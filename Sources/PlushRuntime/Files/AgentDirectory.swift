import CPlushSystem
import Glibc
import NIOCore

/// The one directory of an agent: everything that it writes is in here, and goes with it.
///
/// The marker file in it tells the guardian that it may be removed, and the lock on that file, which ends with the
/// agent's process, tells a later agent whether the directory is still in use.
package final class AgentDirectory {
    package let root: RootedDirectory
    private let marker: Descriptor

    package var path: String { root.path }

    /// Makes the directory (mode 0700), or takes over an empty one, or one that a dead agent left behind, with what is
    /// in it. Throws `notOurs` when it holds other things or a living agent.
    package init(creatingAt path: String) throws(RuntimeFileError) {
        guard path.hasPrefix("/"), !path.utf8.contains(0), path.utf8.count < 4096 else {
            throw RuntimeFileError(.unsafePath, "the agent's directory must be an absolute path", context: path)
        }
        let isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else {
            throw RuntimeFileError(cause: errno, doing: "make the directory", context: path)
        }
        let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw RuntimeFileError(cause: errno, doing: "open the directory", context: path) }
        root = RootedDirectory(path: path, descriptor: Descriptor(owning: number))
        marker = try AgentDirectory.mark(root, isNew: isNew)
        // An existing directory may have been open to others.
        guard fchmod(number, 0o700) == 0 else {
            throw RuntimeFileError(cause: errno, doing: "change the mode", context: path)
        }
    }

    private static func mark(_ root: RootedDirectory, isNew: Bool) throws(RuntimeFileError) -> Descriptor {
        guard let status = root.descriptor.status(), status.st_uid == geteuid() else {
            throw RuntimeFileError(.notOurs, "the directory belongs to another user", context: root.path)
        }
        var number = isNew ? -1 : plush_open_marker(root.descriptor.number)
        if number < 0 {
            guard isNew || (errno == ENOENT && isEmpty(root)) else {
                throw RuntimeFileError(
                    .notOurs, "the directory is not empty and is not an agent's; name one that does not exist yet",
                    context: root.path)
            }
            try writeMarker(root)
            number = plush_open_marker(root.descriptor.number)
        }
        guard number >= 0 else { throw RuntimeFileError(cause: errno, doing: "read the marker", context: root.path) }
        let marker = Descriptor(owning: number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            throw RuntimeFileError(.notOurs, "the directory is in use by another agent", context: root.path)
        }
        return marker
    }

    private static func writeMarker(_ root: RootedDirectory) throws(RuntimeFileError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = openat(root.descriptor.number, PLUSH_MARKER_NAME, flags, 0o600)
        guard number >= 0 else { throw RuntimeFileError(cause: errno, doing: "make the marker", context: root.path) }
        let file = Descriptor(owning: number)
        do throws(RuntimeFileError) {
            try ByteBuffer(string: PLUSH_MARKER_TEXT).withReadable { (bytes) throws(RuntimeFileError) in
                try file.write(bytes, at: 0, context: root.path)
            }
        } catch {
            // Half a marker would make the directory nobody's.
            unlinkat(root.descriptor.number, PLUSH_MARKER_NAME, 0)
            throw error
        }
    }

    private static func isEmpty(_ root: RootedDirectory) -> Bool {
        guard let listing = DirectoryListing(root.descriptor) else { return false }
        return listing.next() == nil
    }

    /// The directory `app/NAME`, made when absent.
    package func application(_ name: String) throws(RuntimeFileError) -> RootedDirectory {
        try root.subdirectory("app", mode: 0o700).subdirectory(name)
    }

    /// The name of the directory beside `app` for commands that belong to no application.
    static let commandName = "command"

    /// Where an application's commands run, made when absent; `command` for those of none, whose name is empty.
    package func place(of application: String) throws(RuntimeFileError) -> RootedDirectory {
        try application.isEmpty ? root.subdirectory(AgentDirectory.commandName) : self.application(application)
    }

    /// Removes the directory with everything in it; follows no link, enters no other mount. Gone already is fine.
    package func remove() throws(RuntimeFileError) {
        // A lock is per open file: ours would stand in our own way.
        flock(marker.number, LOCK_UN)
        guard plush_remove_agent_directory(path) == 0 else {
            let error = errno
            flock(marker.number, LOCK_EX | LOCK_NB)
            if error == EPERM || error == EBUSY {
                throw RuntimeFileError(.notOurs, "the directory is not this agent's any more", context: path)
            }
            throw RuntimeFileError(cause: error, doing: "remove the directory", context: path)
        }
    }
}
