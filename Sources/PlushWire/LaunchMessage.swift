import NIOCore
import PlushTree

/// What passes between a launcher and the agent it started, over the agent's standard input (an SSH channel, or a
/// socket pair on this machine) before the agent has a link. The channel is as trusted as the login that made it.
///
/// The agent first prints ``marker``, so that whatever a shell's start-up files printed before can be skipped. Frames
/// are those of ``Message``, with types of their own.
package enum LaunchMessage: Hashable, Sendable {
    /// The line that ends whatever else was printed before the agent spoke.
    package static let marker = "\u{1}plush-agent 1\n"

    /// How an agent begins to say that its parent could not be dialled or would not have it.
    package static let parentUnreachable = "could not reach its parent"

    /// Agent to launcher: here is my key and where I listen.
    case hello(AgentHello)
    /// Launcher to agent: all it needs to join.
    case bootstrap(Bootstrap)
    /// Agent to launcher: why I give up.
    case failed(String)
    /// Agent to launcher: my parent has taken me, this channel closes now. News through the tree may come later than
    /// the channel's end, which would otherwise look like a death.
    case attached

    package func encode(into buffer: inout ByteBuffer) {
        var writer = WireWriter()
        let type: UInt8
        switch self {
        case .hello(let value):
            type = 128
            value.write(to: &writer)
        case .bootstrap(let value):
            type = 129
            value.write(to: &writer)
        case .failed(let text):
            type = 130
            writer.detail(text)
        case .attached:
            type = 131
        }
        buffer.writeInteger(UInt32(writer.buffer.readableBytes + 1))
        buffer.writeInteger(type)
        buffer.writeImmutableBuffer(writer.buffer)
    }

    package init(_ frame: FrameDecoder.Frame) throws(WireError) {
        var reader = WireReader(frame.payload)
        switch frame.type {
        case 128: self = .hello(try AgentHello(from: &reader))
        case 129: self = .bootstrap(try Bootstrap(from: &reader))
        case 131: self = .attached
        case 130: self = .failed(try reader.text(max: WireLimits.detailBytesMax, "failure"))
        default: throw WireError(.unknownType, "launch frame")
        }
        try reader.finish("launch frame")
    }
}

/// An agent's first words.
package struct AgentHello: WireValue {
    package let version: UInt16
    /// Made on the host; its private half never leaves it.
    package let key: PublicKey
    /// 0 where the agent could not listen: it can only be a leaf.
    package let port: UInt16
    package let processID: Int32
    package let build: String

    package init(version: UInt16, key: PublicKey, port: UInt16, processID: Int32, build: String) {
        self.version = version
        self.key = key
        self.port = port
        self.processID = processID
        self.build = build
    }

    package func write(to writer: inout WireWriter) {
        writer.fixed(version)
        key.write(to: &writer)
        writer.fixed(port)
        writer.fixed(processID)
        writer.detail(build)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        version = try reader.fixed(UInt16.self, "agent version")
        key = try PublicKey(from: &reader)
        port = try reader.fixed(UInt16.self, "agent port")
        processID = try reader.fixed(Int32.self, "agent process")
        build = try reader.text(max: WireLimits.detailBytesMax, "agent build")
    }
}
