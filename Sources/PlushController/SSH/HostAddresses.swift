import Glibc
import NIOCore
import PlushSSH
import PlushWire

/// The numeric addresses of a name.
enum HostAddresses {
    /// In the order in which the system wants them tried. Numeric names cost nothing, others a thread of their own each:
    /// in a small pool a few names whose server does not answer would keep all others waiting.
    static func resolve(_ name: String, port: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        if let numeric = try? SocketAddress(ipAddress: name, port: port) {
            return eventLoop.makeSucceededFuture([numeric])
        }
        return eventLoop.makeFutureWithTask { try await BlockingWork.run { _ in try lookUp(name, port: port) } }
    }

    private static func lookUp(_ name: String, port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, String(port), &hints, &first)
        defer { if let first { freeaddrinfo(first) } }
        guard status == 0 else { throw unresolved(status) }
        var found: [SocketAddress] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr else { continue }
            switch entry.pointee.ai_family {
            case AF_INET:
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    found.append(SocketAddress($0.pointee, host: ""))
                }
            case AF_INET6:
                address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    found.append(SocketAddress($0.pointee, host: ""))
                }
            default: continue
            }
        }
        guard !found.isEmpty else { throw unresolved(EAI_NONAME) }
        return found
    }

    private static func unresolved(_ status: Int32) -> SSHFailure {
        let isPassing = status == EAI_AGAIN
        return SSHFailure(
            .session, isPassing ? "its name cannot be resolved at present" : "its name cannot be resolved",
            remedy: isPassing
                ? "see whether the name server answers"
                : "check its spelling, /etc/hosts and DNS, or give it a HostName in the SSH configuration")
    }
}

extension NetworkAddress {
    /// The host of a socket's address with another port; nil for what is no Internet address.
    init?(_ address: SocketAddress, port: UInt16) {
        switch address {
        case .v4(let address):
            var value = address.address.sin_addr
            self.init(bytes: withUnsafeBytes(of: &value) { Array($0) }, port: port)
        case .v6(let address):
            var value = address.address.sin6_addr
            self.init(bytes: withUnsafeBytes(of: &value) { Array($0) }, port: port)
        case .unixDomainSocket:
            return nil
        }
    }
}
