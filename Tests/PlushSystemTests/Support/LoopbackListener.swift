import Foundation
import Testing

/// A socket that listens on a port of 127.0.0.1 which the kernel has chosen.
enum LoopbackListener {
    /// - Parameters:
    ///   - flags: of the socket, besides closing on exec.
    ///   - backlog: connections that may wait.
    static func open(_ flags: UInt32 = 0, backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | flags), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound && listen(descriptor, backlog) == 0)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
