import NIOCore
import NIOPosix
import PlushProtocol
import PlushSeal

/// Accepts links from children. Unproven connections are bounded in number, bytes and time (rule 13).
final class LinkListener {
    private let eventLoop: any EventLoop
    private var channel: (any Channel)?
    private var halfOpen = 0
    /// Makes the handler of an accepted connection; nil while the node is not ready for any.
    var makeLink: (() -> LinkHandler?)?

    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Listens on a port of the kernel's choice; the future gives the port.
    func listen(on host: String) -> EventLoopFuture<UInt16> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .links)
            .childChannelInitializer { channel in
                bound.value.accept(channel)
            }
            .bind(host: host, port: 0)
            .assumeIsolated()
            .map { channel in
                self.channel = channel
                return UInt16(channel.localAddress?.port ?? 0)
            }
            .nonisolated()
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard halfOpen < RuntimeLimits.halfOpenLinksMax, let link = makeLink?() ?? nil else {
            return channel.close()
        }
        halfOpen += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        link.whenSettled = { bound.value.halfOpen -= 1 }
        return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(link) }
    }

    func close() {
        channel?.close(promise: nil)
    }
}

extension ChannelOptions.Types.WriteBufferWaterMark {
    /// Where bulk stops and goes on; see ``RuntimeLimits``.
    package static let links = Self(
        low: RuntimeLimits.writeBufferLowBytes, high: RuntimeLimits.writeBufferHighBytes)
}
