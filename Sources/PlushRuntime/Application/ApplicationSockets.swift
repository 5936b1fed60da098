import Glibc
import NIOCore
import NIOPosix
import PlushProtocol
import PlushWire

/// The sockets on which the processes of applications speak with this agent, one per process: whoever can open its path
/// is that process or a child of it, because the directory is the agent's own (mode 0700).
final class ApplicationSockets {
    private struct Socket {
        let path: String
        /// There in a moment: whoever connects before is served then.
        let channel: EventLoopFuture<any Channel>
    }

    private let eventLoop: any EventLoop
    private let directory: AgentDirectory
    private let post: (Event) -> Void
    private var sockets: [OperationID: Socket] = [:]
    private var connections: [OperationID: Int] = [:]
    private var waiting: [UInt64: (BarrierAnswer) -> Void] = [:]
    private var nextRequest: UInt64 = 1

    init(on eventLoop: any EventLoop, directory: AgentDirectory, post: @escaping (Event) -> Void) {
        self.eventLoop = eventLoop
        self.directory = directory
        self.post = post
    }

    /// Opens the socket of a process that is about to start, and returns its path; nil where there can be none (a
    /// directory whose path is too long for a socket, no more descriptors), and a word why.
    func open(_ process: OperationID) -> (path: String?, problem: String?) {
        do {
            let place = try directory.root.subdirectory("socket", mode: 0o700).path
            let path = "\(place)/\(process.epoch).\(process.sequence)"
            let descriptor = try Self.listen(path)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let channel = ServerBootstrap(group: eventLoop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let connection = ApplicationConnection(process, owner: bound.value)
                        try channel.pipeline.syncOperations.addHandler(connection)
                    }
                }
                .withBoundSocket(descriptor)
            sockets[process] = Socket(path: path, channel: channel)
            return (path, nil)
        } catch {
            return (nil, "no socket for process \(process): \(error)")
        }
    }

    private static func listen(_ path: String) throws -> CInt {
        guard path.utf8.count < ApplicationSocketLimits.pathBytesMax else {
            throw AgentError("its path would have \(path.utf8.count) bytes, and a socket's has at most 107")
        }
        let descriptor = socket(
            AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw AgentError("no descriptor is left") }
        var address = sockaddr_un(path: path)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        guard isBound, Glibc.listen(descriptor, 16) == 0 else {
            Glibc.close(descriptor)
            throw AgentError("it cannot be made at \(path)")
        }
        return descriptor
    }

    /// A process has ended: nobody speaks for it any more.
    func close(_ process: OperationID) {
        guard let socket = sockets.removeValue(forKey: process) else { return }
        socket.channel.whenSuccess { $0.close(promise: nil) }
        unlink(socket.path)
    }

    // MARK: - Connections

    func admits(_ process: OperationID) -> Bool {
        guard connections[process, default: 0] < ApplicationSocketLimits.connectionsMax else { return false }
        connections[process, default: 0] += 1
        return true
    }

    func left(_ process: OperationID) {
        let count = connections[process, default: 1] - 1
        connections[process] = count > 0 ? count : nil
    }

    /// A process wants to enter a barrier; the answer may come before this returns.
    func enter(_ process: OperationID, _ barrier: String, _ answer: @escaping (BarrierAnswer) -> Void) -> UInt64 {
        let request = nextRequest
        nextRequest += 1
        waiting[request] = answer
        post(.applicationEnters(process, barrier: barrier, request: request))
        return request
    }

    func withdraw(_ request: UInt64) {
        guard waiting.removeValue(forKey: request) != nil else { return }
        post(.applicationLeaves(request: request))
    }

    func answer(_ request: UInt64, _ answer: BarrierAnswer) {
        waiting.removeValue(forKey: request)?(answer)
    }

    func say(_ process: OperationID, progress: UInt32?, text: String) {
        post(.applicationSays(process, progress: progress, text: text))
    }
}

extension sockaddr_un {
    /// The address of a path that is short enough for one.
    init(path: String) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    }
}
