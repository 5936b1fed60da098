import NIOCore
import PlushProtocol
import PlushWire

/// A node's links by name, and which of them have something to send.
package final class LinkTable {
    private var links: [LinkID: LinkHandler] = [:]
    private var dirty: [LinkHandler] = []
    private var nextID: UInt64 = 1
    /// Messages that went out and came in, and their bytes, by kind: heartbeats, credit and the like apart.
    package var traffic = LinkTraffic()

    package init() {}

    package func makeID() -> LinkID {
        defer { nextID += 1 }
        return LinkID(nextID)
    }

    package var count: Int {
        links.count
    }

    func add(_ link: LinkHandler) {
        links[link.id] = link
    }

    func remove(_ id: LinkID) {
        links[id] = nil
    }

    func send(_ message: Message, to id: LinkID) {
        guard let link = links[id] else { return }
        let bytes = link.send(message)
        traffic.sent.count(message, bytes: bytes)
        dirty.append(link)
    }

    func close(_ id: LinkID, _ reason: String) {
        links[id]?.close(reason)
    }

    /// Writes what has been queued since the last time.
    func flush() {
        guard !dirty.isEmpty else { return }
        let links = dirty
        dirty.removeAll(keepingCapacity: true)
        for link in links { link.flush() }
    }

    /// Flushes every link and calls back when all is written, or could not be.
    func flushAll(on loop: any EventLoop, then done: @escaping () -> Void) {
        dirty.removeAll()
        let written = links.values.map { link in
            let promise = loop.makePromise(of: Void.self)
            link.flush(promise: promise)
            return promise.futureResult
        }
        EventLoopFuture.andAllComplete(written, on: loop).assumeIsolated().whenComplete { _ in done() }
    }
}

/// Messages of one node, counted by kind.
package struct LinkTraffic: Sendable {
    /// One direction.
    package struct Direction: Sendable {
        /// Operations, results, output, chunks, tree changes.
        package var messages = 0
        /// Their frames before sealing; what output and chunks take of credit stands for their bytes when sent.
        package var bytes = 0
        /// Heartbeats, beacons, credit: what keeps links going.
        package var upkeep = 0
        package var upkeepBytes = 0

        mutating func count(_ message: Message, bytes count: Int) {
            switch message {
            case .heartbeat, .heartbeatReply, .beacon, .credit, .lineage, .outputAcknowledgement, .redirect, .retire:
                upkeep += 1
                upkeepBytes += count
            case .attach, .attachReply, .attachCommit, .log, .subtree, .results, .output, .chunk, .leave, .detach,
                .barrierEntries, .permits, .permitReport, .applicationReport:
                messages += 1
                bytes += count
            }
        }
    }

    package var sent = Direction()
    package var received = Direction()

    package init() {}
}
