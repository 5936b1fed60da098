import CPlushSystem
import Glibc

/// A file under its temporary name, in the directory in which it will stand.
final class PartFile {
    private let parent: Descriptor
    private let file: Descriptor
    private let partName: [UInt8]
    private let finalName: [UInt8]
    private let shownPath: String

    /// Makes the temporary file, and the directories above it.
    init(creating partName: [UInt8], for path: RelativePath, in root: RootedDirectory) throws(RuntimeFileError) {
        parent = try root.directory(path.parents, creatingWith: 0o755)
        self.partName = partName
        finalName = path.name
        shownPath = root.shown(path)
        file = try PartFile.open(partName, O_CREAT | O_EXCL, in: parent, shownPath)
    }

    /// Opens a temporary file again that was made before.
    init(reopening partName: [UInt8], for path: RelativePath, in root: RootedDirectory) throws(RuntimeFileError) {
        parent = try root.directory(path.parents, creatingWith: nil)
        self.partName = partName
        finalName = path.name
        shownPath = root.shown(path)
        file = try PartFile.open(partName, 0, in: parent, shownPath)
        // A hard link or a device under our name would be somebody else's file.
        guard let status = file.status(), status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            throw RuntimeFileError(.conflictingPath, "the temporary file was replaced by another", context: shownPath)
        }
    }

    private static func open(
        _ name: [UInt8], _ flags: Int32, in parent: Descriptor, _ context: String,
    ) throws(RuntimeFileError) -> Descriptor {
        let all = flags | O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let number = name.withCName { openat(parent.number, $0, all, 0o600) }
        guard number >= 0 else { throw RuntimeFileError(cause: errno, doing: "make the file", context: context) }
        return Descriptor(owning: number)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(RuntimeFileError) {
        try file.write(bytes, at: offset, context: shownPath)
    }

    /// Gives the file its mode and its name. A link that stands under that name is replaced, not followed.
    func commit(mode: UInt32) throws(RuntimeFileError) {
        guard fchmod(file.number, mode & 0o777) == 0 else {
            throw RuntimeFileError(cause: errno, doing: "change the mode", context: shownPath)
        }
        let outcome = partName.withCName { from in
            finalName.withCName { renameat(parent.number, from, parent.number, $0) }
        }
        guard outcome == 0 else {
            throw RuntimeFileError(cause: errno, doing: "put the file in place", context: shownPath)
        }
    }

    func discard() {
        _ = partName.withCName { unlinkat(parent.number, $0, 0) }
    }
}
