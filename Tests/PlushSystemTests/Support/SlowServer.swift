import Foundation
import Synchronization
import Testing

/// A web server on loopback with a limited rate in all, which is best used by so many clients and gets less done the more
/// there are beyond that: what many hosts find who fetch a file from one server at the same time (figure 5 of the paper).
final class SlowServer: Sendable {
    /// What was seen.
    struct Account: Sendable {
        var clientsMost = 0
        var served = 0
        var firstAt: ContinuousClock.Instant?
        var lastAt: ContinuousClock.Instant?

        /// From the first request to the end of the last answer, in seconds.
        var seconds: Double {
            guard let firstAt, let lastAt else { return 0 }
            return (lastAt - firstAt) / .seconds(1)
        }
    }

    private struct Client {
        let descriptor: Int32
        var head: [UInt8] = []
        var isServed = false
        var bytesLeft: Double
    }

    let port: UInt16
    private let listener: Int32
    private let bodyBytes: Int
    private let bytesPerSecond: Double
    private let clientsBest: Int
    private let account = Mutex(Account())
    private let isStopped = Atomic<Bool>(false)

    /// `bytesPerSecond`: with `clientsBest` clients at one time, which is the best number.
    init(bodyBytes: Int, bytesPerSecond: Double, clientsBest: Int) throws {
        self.bodyBytes = bodyBytes
        self.bytesPerSecond = bytesPerSecond
        self.clientsBest = clientsBest
        (listener, port) = try LoopbackListener.open(SOCK_NONBLOCK.rawValue, backlog: 256)
        Thread.detachNewThread { [self] in serveAll() }
    }

    deinit {
        stop()
    }

    /// What was seen so far.
    var seen: Account { account.withLock { $0 } }

    func stop() {
        isStopped.store(true, ordering: .releasing)
    }

    /// All bytes that go out in a second with so many clients: each has its share of the rate, and beyond the best number
    /// they cost one another more than they bring.
    private func rate(_ clients: Int) -> Double {
        let (now, best) = (Double(clients), Double(clientsBest))
        return bytesPerSecond * (now <= best ? now / best : 1 / (1 + (now - best) / best))
    }

    private func serveAll() {
        var clients: [Client] = []
        var last = ContinuousClock.now
        while !isStopped.load(ordering: .acquiring) {
            usleep(2_000)
            accept(into: &clients)
            for index in clients.indices where !clients[index].isServed { read(&clients[index]) }
            let served = clients.count { $0.isServed }
            let now = ContinuousClock.now
            account.withLock { account in
                account.clientsMost = max(account.clientsMost, served)
                if served > 0, account.firstAt == nil { account.firstAt = now }
            }
            let each = served == 0 ? 0 : rate(served) / Double(served) * ((now - last) / .seconds(1))
            last = now
            for index in clients.indices where clients[index].isServed { write(&clients[index], each) }
            clients.removeAll { client in
                guard client.bytesLeft <= 0 else { return false }
                close(client.descriptor)
                account.withLock { account in
                    account.served += 1
                    account.lastAt = now
                }
                return true
            }
        }
        for client in clients { close(client.descriptor) }
        close(listener)
    }

    private func accept(into clients: inout [Client]) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            clients.append(Client(descriptor: descriptor, bytesLeft: Double(bodyBytes)))
        }
    }

    /// A client counts from the end of its request's head on.
    private func read(_ client: inout Client) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(client.descriptor, &buffer, buffer.count, 0)
        if count == 0 { client.bytesLeft = 0 }
        guard count > 0 else { return }
        client.head += buffer[..<count]
        guard client.head.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
        client.isServed = true
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: \(bodyBytes)\r\nConnection: close\r\n\r\n".utf8)
        _ = head.withUnsafeBytes { send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    private func write(_ client: inout Client, _ bytes: Double) {
        // Whole bytes are sent; the fraction stays with what is left.
        let before = client.bytesLeft.rounded(.up)
        let due = before - max(0, client.bytesLeft - bytes).rounded(.up)
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: Int(due))
        let sent = block.withUnsafeBytes { send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        // A full socket makes the client slower; one that has gone away is over.
        if sent < 0, errno != EAGAIN { client.bytesLeft = 0 }
        if sent == Int(due) {
            client.bytesLeft = max(0, client.bytesLeft - bytes)
        } else if sent > 0 {
            client.bytesLeft -= Double(sent)
        }
    }
}
