import Foundation
import Synchronization
import Testing

/// A web server on loopback that answers every request with one body, as a proxy does too.
final class WebServer: Sendable {
    private let listener: Int32
    let port: UInt16
    private let heads = Mutex<[String]>([])

    init(body: [UInt8]) throws {
        (listener, port) = try LoopbackListener.open(backlog: 16)
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8) + body
        Thread.detachNewThread { [self] in acceptAll(answer) }
    }

    /// The first lines of the requests that came.
    var requests: [String] { heads.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptAll(_ answer: [UInt8]) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            serve(connection, answer)
            close(connection)
        }
        close(listener)
    }

    private func serve(_ connection: Int32, _ answer: [UInt8]) {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            head += buffer[..<count]
        }
        heads.withLock { $0.append(String(String(decoding: head, as: UTF8.self).prefix { $0 != "\r\n" })) }
        var rest = answer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
