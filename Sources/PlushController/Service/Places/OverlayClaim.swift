import CPlushSystem
import Foundation
import Glibc

/// A name that this process has made its own: the directory with the lock. It goes with ``release()``; should the
/// process die, the lock goes by itself and the directory is known for what it is.
final class OverlayClaim: Sendable {
    let name: String
    let places: OverlayPlaces
    private let descriptor: Int32

    /// Makes the directory, or takes over that of a controller that is gone. Throws when the name is taken.
    init(_ name: String, in places: OverlayPlaces) throws(ControllerError) {
        self.name = try OverlayName.checked(name)
        self.places = places
        let bytes = places.socket(name).utf8.count
        guard bytes <= ServiceLimits.socketPathBytesMax else {
            throw ControllerError(
                .usage,
                "the socket \(places.socket(name)) would have a path of \(bytes) bytes, and "
                    + "\(ServiceLimits.socketPathBytesMax) are the most", remedy: "take a shorter name, or another HOME"
            )
        }
        try Self.makePrivate(places.root, parents: true)
        try Self.makePrivate(places.path(name), parents: false)
        // The record of one that leaves at this moment may be unlinked between the two steps: then once more.
        var taken: Int32?
        for _ in 0..<Self.triesMax where taken == nil { taken = try Self.lock(name, in: places) }
        guard let taken else { throw Self.isTaken(name) }
        descriptor = taken
        unlink(places.socket(name))
        unlink(places.log(name))
    }

    private static let triesMax = 10

    private static func isTaken(_ name: String) -> ControllerError {
        ControllerError(
            .usage, "overlay \(name) is up already",
            remedy: "use it with --on \(name), end it with plush down \(name), or take another --name")
    }

    /// The locked record; nil when it went away meanwhile.
    private static func lock(_ name: String, in places: OverlayPlaces) throws(ControllerError) -> Int32? {
        let path = places.record(name)
        if case .elsewhere(let machine) = OverlayRecord.state(at: path) {
            throw ControllerError(
                .usage, "overlay \(name) was built on \(machine), which has the same home directory",
                remedy: "take another --name; if that machine is gone for good, remove \(places.path(name))")
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOENT {
                try makePrivate(places.path(name), parents: false)
                return nil
            }
            throw unusable(path)
        }
        guard OverlayRecord.take(descriptor) else {
            let isHeld = errno == EAGAIN || errno == EACCES
            close(descriptor)
            throw isHeld ? isTaken(name) : unusable(path)
        }
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0, opened.st_ino == named.st_ino else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// A directory of the user alone.
    private static func makePrivate(_ path: String, parents: Bool) throws(ControllerError) {
        if parents { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw unusable(path) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
            throw ControllerError(
                .tree, "\(path) is no directory of this user", remedy: "move it out of the way")
        }
        guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else { throw unusable(path) }
    }

    private static func unusable(_ path: String) -> ControllerError {
        ControllerError(
            .tree, "cannot use \(path): \(String(cString: plush_error_words(errno)))",
            remedy: "overlays that stay up need a home directory that can be written to")
    }

    /// Leaves nothing; the lock is the last to go.
    func release() {
        places.removeRemains(name)
        close(descriptor)
    }
}
