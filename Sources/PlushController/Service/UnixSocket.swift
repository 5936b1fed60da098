import CPlushSystem
import Glibc
import NIOCore
import NIOPosix

/// Stream sockets with a path, and who is at their other end.
enum UnixSocket {
    /// A socket that listens at a path which must not exist; only its owner may connect.
    static func listen(_ path: String) throws(ControllerError) -> Int32 {
        let descriptor = try open(path)
        guard withAddress(path, { bind(descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0,
            Glibc.listen(descriptor, Int32(ServiceLimits.connectionsMax)) == 0
        else { throw failure(descriptor, "cannot listen at \(path)") }
        return descriptor
    }

    /// A connection to whoever listens at a path, who must be this user.
    static func connect(_ path: String) throws(ControllerError) -> Int32 {
        let descriptor = try open(path)
        guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            throw failure(descriptor, "cannot connect to \(path)")
        }
        var (process, user, group) = (pid_t(0), uid_t(0), gid_t(0))
        guard plush_peer_credentials(descriptor, &process, &user, &group) == 0, user == getuid() else {
            close(descriptor)
            throw ControllerError(.tree, "\(path) is not served by this user", remedy: "see who has made it")
        }
        return descriptor
    }

    private static func open(_ path: String) throws(ControllerError) -> Int32 {
        guard path.utf8.count <= ServiceLimits.socketPathBytesMax else {
            throw ControllerError(.tree, "the path of the socket \(path) is too long")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ControllerError(.tree, "no more open files (see ulimit -n)") }
        return descriptor
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(ServiceLimits.socketPathBytesMax))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ descriptor: Int32, _ what: String) -> ControllerError {
        let cause = String(cString: plush_error_words(errno))
        close(descriptor)
        return ControllerError(.tree, "\(what): \(cause)")
    }

    /// The kernel's `struct ucred`, which Glibc's module does not show.
    private struct Credentials: Sendable {
        var process: pid_t = 0
        var user: uid_t = 0
        var group: gid_t = 0
    }

    /// The user at the other end of an accepted connection; nil where that cannot be known.
    static func user(of channel: any Channel) -> EventLoopFuture<uid_t?> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map { $0.user }.recover { _ in nil }
    }
}
