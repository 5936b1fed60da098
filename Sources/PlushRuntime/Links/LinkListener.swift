import NIOCore
import NIOPosix
import PlushProtocol
import PlushSeal

/// Accepts links from children. Unproven connections are bounded in number, bytes and time (rule 13).
package final class LinkListener {
    private let eventLoop: any EventLoop
    private var channel: (any Channel)?
    private var halfOpen = 0
    /// Makes the handler of an accepted connection; nil while the node is not ready for any.
    package var makeLink: (() -> LinkHandler?)?
    /// Hears why connections are not taken: once for each time that there are too many.
    package var refused: ((String) -> Void)?
    private var isFull = false

    package init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Listens on a port of the kernel's choice; the future gives the port.
    package func listen(on host: String) -> EventLoopFuture<UInt16> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .links)
            .childChannelInitializer { channel in
                bound.value.accept(channel)
            }
        return bind(bootstrap, to: host)
            .assumeIsolated()
            .map { channel in
                self.channel = channel
                return UInt16(channel.localAddress?.port ?? 0)
            }
            .nonisolated()
    }

    /// Numeric as a rule, so that no resolver is set to work.
    private func bind(_ bootstrap: ServerBootstrap, to host: String) -> EventLoopFuture<any Channel> {
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else {
            return bootstrap.bind(host: host, port: 0)
        }
        return bootstrap.bind(to: address)
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard halfOpen < RuntimeLimits.halfOpenLinksMax else {
            if !isFull { refused?("connections are closed at once: \(halfOpen) have not finished their handshake") }
            isFull = true
            return channel.close()
        }
        guard let link = makeLink?() else {
            refused?("a connection was closed: there is no bootstrap yet")
            return channel.close()
        }
        halfOpen += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        link.whenSettled = { bound.value.settled() }
        return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(link) }
    }

    private func settled() {
        halfOpen -= 1
        isFull = false
    }

    package func close() {
        channel?.close(promise: nil)
    }
}

extension ChannelOptions.Types.WriteBufferWaterMark {
    /// Where bulk stops and goes on; see ``RuntimeLimits``.
    package static let links = Self(
        low: RuntimeLimits.writeBufferLowBytes, high: RuntimeLimits.writeBufferHighBytes)
}
