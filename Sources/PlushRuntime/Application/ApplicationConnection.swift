import NIOCore
import PlushProtocol
import PlushWire

/// One connection of a process: a line in, a line out, in that order. While an `enter` waits nothing more is read, so a
/// connection has one request at a time.
final class ApplicationConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let process: OperationID
    private weak var owner: ApplicationSockets?
    private var input = ByteBuffer()
    private var isAdmitted = false
    private var request: UInt64?
    private var isWaiting = false
    private var timer: Scheduled<Void>?
    private var events = 0

    init(_ process: OperationID, owner: ApplicationSockets) {
        self.process = process
        self.owner = owner
    }

    func channelActive(context: ChannelHandlerContext) {
        isAdmitted = owner?.admits(process) ?? false
        if !isAdmitted {
            fail("this process has \(ApplicationSocketLimits.connectionsMax) connections already", context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        takeLines(context)
    }

    private func takeLines(_ context: ChannelHandlerContext) {
        while !isWaiting, context.channel.isActive {
            guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
                if input.readableBytes > ApplicationSocketLimits.lineBytesMax { fail("a line is too long", context) }
                return
            }
            let count = end - input.readerIndex
            guard count <= ApplicationSocketLimits.lineBytesMax, let line = input.readString(length: count) else {
                return fail("a line is too long", context)
            }
            input.moveReaderIndex(forwardBy: 1)
            input.discardReadBytes()
            take(line.hasSuffix("\r") ? String(line.dropLast()) : line, context)
        }
        // What comes while it waits is bounded by the socket's own buffer: reading stops.
        if input.readableBytes > 2 * ApplicationSocketLimits.lineBytesMax { fail("more lines than answers", context) }
    }

    private func take(_ line: String, _ context: ChannelHandlerContext) {
        do throws(ApplicationLine.Fault) {
            switch try ApplicationLine(line) {
            case .enter(let barrier, let timeout): enter(barrier, timeout, context)
            case .progress(let thousandths):
                owner?.say(process, progress: thousandths, text: "")
                say("ok", context)
            case .event(let text): event(text, context)
            }
        } catch {
            say("error \(error)", context)
        }
    }

    private func event(_ text: String, _ context: ChannelHandlerContext) {
        if events == 0 {
            context.eventLoop.assumeIsolated().scheduleTask(in: ApplicationSocketLimits.interval) { [weak self] in
                self?.events = 0
            }
        }
        events += 1
        guard events <= ApplicationSocketLimits.eventsPerInterval else {
            return say("error too many events; at most \(ApplicationSocketLimits.eventsPerInterval) in 100 ms", context)
        }
        owner?.say(process, progress: nil, text: text)
        say("ok", context)
    }

    private func enter(_ barrier: String, _ timeout: Int?, _ context: ChannelHandlerContext) {
        guard let owner else { return }
        isWaiting = true
        let request = owner.enter(process, barrier) { [weak self] answer in self?.answered(answer, context) }
        guard isWaiting else { return }  // answered already
        self.request = request
        guard let timeout else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(timeout))) { [weak self] in
            self?.timedOut(context)
        }
    }

    private func answered(_ answer: BarrierAnswer, _ context: ChannelHandlerContext) {
        ended()
        switch answer {
        case .passed(let generation, let isLate): say("\(isLate ? "late" : "passed") \(generation)", context)
        case .refused(let reason): say("refused \(reason)", context)
        }
        takeLines(context)
    }

    private func timedOut(_ context: ChannelHandlerContext) {
        guard let request else { return }
        ended()
        owner?.withdraw(request)
        say("timeout", context)
        takeLines(context)
    }

    private func ended() {
        timer?.cancel()
        timer = nil
        request = nil
        isWaiting = false
    }

    private func say(_ line: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\n")), promise: nil)
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        say("error \(reason)", context)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let request { owner?.withdraw(request) }
        ended()
        if isAdmitted { owner?.left(process) }
        isAdmitted = false
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
