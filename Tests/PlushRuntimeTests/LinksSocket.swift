import Glibc
import NIOCore

/// One end of a stream for tests that play a peer: blocking, but never for longer than a test may take.
final class LinksSocket {
    /// Far above what any answer takes on a starved machine; only a test that fails waits so long.
    static let patienceMilliseconds: Int32 = 30_000
    private(set) var descriptor: Int32

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects to a port of this machine.
    convenience init(port: UInt16) throws {
        self.init(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        var address = Self.loopback(port: port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw LinksFailure("cannot connect: \(errno)") }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close() }

    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return address
    }

    /// A socket pair: this side, and the number of the other.
    static func pair() throws -> (LinksSocket, other: Int32) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw LinksFailure("no socket pair: \(errno)")
        }
        return (LinksSocket(owning: ends[0]), ends[1])
    }

    /// A listener that never answers, and its port.
    static func silentListener() throws -> (LinksSocket, port: UInt16) {
        let listener = LinksSocket(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Int32 in
                guard bind(listener.descriptor, pointer, length) == 0, listen(listener.descriptor, 8) == 0 else {
                    return -1
                }
                return getsockname(listener.descriptor, pointer, &length)
            }
        }
        guard result == 0 else { throw LinksFailure("no listener: \(errno)") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// Returns whether all of it could be written; a peer that has closed is no error of the test's.
    @discardableResult
    func write(_ bytes: ByteBuffer) -> Bool {
        var rest = bytes
        while rest.readableBytes > 0 {
            let count = rest.readableBytesView.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest.moveReaderIndex(forwardBy: count)
        }
        return true
    }

    /// Appends what there is to read; false at the end of the stream.
    func read(into buffer: inout ByteBuffer) throws -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var outcome: Int32
        repeat { outcome = poll(&ready, 1, Self.patienceMilliseconds) } while outcome < 0 && errno == EINTR
        guard outcome > 0 else { throw LinksFailure("the peer neither answered nor closed") }
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 65_536) { raw in
            max(0, recv(descriptor, raw.baseAddress, raw.count, 0))
        }
        return count > 0
    }

    /// Reads to the end, which must come.
    func waitForEnd() throws {
        var ignored = ByteBuffer()
        while try read(into: &ignored) { ignored.clear() }
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}

/// Why a test's own side could not do its part.
struct LinksFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
