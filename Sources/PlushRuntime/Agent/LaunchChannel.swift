import NIOCore
import PlushWire

/// One end of a launch channel: skips what was printed before the marker, then takes launch messages. Once told to
/// give way it passes everything on to the handler that follows it: the channel has become a link.
package final class LaunchChannel: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum State {
        /// Waiting for the other side's marker (the launcher's end only).
        case noise
        case frames
        case givenWay
        case closed
    }

    private var state: State
    private var input = ByteBuffer()
    private var context: ChannelHandlerContext?
    private let decoder = FrameDecoder(frameBytesMax: 64 << 10)
    /// Called with each message.
    package var received: ((LaunchMessage) -> Void)?
    /// Called once when the channel ends before it has given way.
    package var closed: ((String) -> Void)?

    /// `awaitsMarker`: whether the other side is an agent.
    package init(awaitsMarker: Bool) {
        state = awaitsMarker ? .noise : .frames
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .givenWay = state {
            context.fireChannelRead(data)
            return
        }
        input.writeBuffer(&bytes)
        if case .noise = state { skipNoise(context) }
        takeFrames(context)
    }

    private func skipNoise(_ context: ChannelHandlerContext) {
        let marker = Array(LaunchMessage.marker.utf8)
        let view = input.readableBytesView
        guard let start = view.firstOccurrence(of: marker) else {
            if input.readableBytes > RuntimeLimits.launchNoiseBytesMax {
                end("what was started printed more than \(RuntimeLimits.launchNoiseBytesMax) bytes and is no agent")
            }
            return
        }
        input.moveReaderIndex(to: start.upperBound)
        state = .frames
    }

    private func takeFrames(_ context: ChannelHandlerContext) {
        do throws(WireError) {
            while case .frames = state, let frame = try decoder.next(from: &input) {
                received?(try LaunchMessage(frame))
            }
        } catch {
            end("\(error)")
        }
    }

    /// Sends one message; nothing once the channel has become a link, whose records these bytes would break.
    package func send(_ message: LaunchMessage, afterMarker: Bool = false) {
        guard let context else { return }
        if case .givenWay = state { return }
        var out = ByteBuffer()
        if afterMarker { out.writeString(LaunchMessage.marker) }
        message.encode(into: &out)
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    /// The channel becomes a link: `link` gets everything that comes from now on, and what has come already.
    package func giveWay(to link: LinkHandler) {
        guard let context, case .frames = state else { return }
        state = .givenWay
        do {
            try context.pipeline.syncOperations.addHandler(link, position: .after(self))
        } catch {
            context.close(promise: nil)
            return
        }
        if input.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(input)) }
        input = ByteBuffer()
    }

    private func end(_ reason: String) {
        if case .givenWay = state { return }
        if case .closed = state { return }
        state = .closed
        closed?(reason)
        context?.close(promise: nil)
    }

    /// Closes the channel, unless it has become a link.
    package func close() {
        if case .givenWay = state { return }
        state = .closed
        context?.close(promise: nil)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end("the launch channel closed")
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(ConnectionFailure.words(error))
        context.fireErrorCaught(error)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }
}
