import Foundation
import Synchronization

/// A web server on loopback that answers each request with the bytes it is told to, right or wrong.
final class LoopbackServer: Sendable {
    enum Answer {
        /// These bytes, then the connection closes.
        case bytes([UInt8])
        /// These bytes, then silence until the server stops.
        case silence(after: [UInt8])
    }

    private struct State {
        var requests: [String] = []
        var connections: [Int32] = []
        var stopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let answer: @Sendable (String) -> Answer

    /// `answer` is given the first line of a request.
    init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        self.answer = answer
        (listener, port) = try boundSocket()
        guard listen(listener, 16) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The heads of the requests that came.
    var requests: [String] { state.withLock { $0.requests } }

    func stop() {
        state.withLock { state in
            guard !state.stopped else { return }
            state.stopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let stopped = state.withLock { state in
                state.connections.append(connection)
                return state.stopped
            }
            if stopped { shutdown(connection, Int32(SHUT_RDWR)) }
            Thread.detachNewThread { [self] in serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let end = Array("\r\n\r\n".utf8)
        while !head.suffix(4).elementsEqual(end) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            head += buffer[..<count]
        }
        let text = String(decoding: head, as: UTF8.self)
        state.withLock { $0.requests.append(text) }
        switch answer(String(text.prefix { $0 != "\r\n" })) {
        case .bytes(let bytes): sendAll(bytes, connection)
        case .silence(let bytes):
            sendAll(bytes, connection)
            // Ends when either side closes.
            while recv(connection, &buffer, buffer.count, 0) > 0 {}
        }
        state.withLock { $0.connections.removeAll { $0 == connection } }
        close(connection)
    }

    private func sendAll(_ bytes: [UInt8], _ connection: Int32) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                send(connection, raw.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            done += count
        }
    }
}

extension LoopbackServer.Answer {
    static func ok(_ body: [UInt8], declaring length: Int? = nil, headers: String = "") -> Self {
        .bytes(head("200 OK", length: length ?? body.count, headers: headers) + body)
    }

    static func status(_ line: String, headers: String = "", body: String = "") -> Self {
        .bytes(head(line, length: body.utf8.count, headers: headers) + Array(body.utf8))
    }

    static func head(_ status: String, length: Int, headers: String = "") -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\nConnection: close\r\n\(headers)\r\n".utf8)
    }
}

/// The address of a port on loopback; 0 lets the kernel choose.
func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
}

/// A socket bound to a free port of loopback, not listening yet.
func boundSocket() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutableBytes(of: &address) { raw -> Bool in
        let pointer = raw.baseAddress!.assumingMemoryBound(to: sockaddr.self)
        return bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}
