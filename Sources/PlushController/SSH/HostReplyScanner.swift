import NIOCore
import PlushWire

/// Finds the lines of a script of ``HostScript``, and the agent's first word, among whatever else is printed.
struct HostReplyScanner {
    /// What was found next.
    enum Found: Equatable {
        case more
        /// A line of the script, without marker and end of line.
        case line(String)
        case agent(ByteBuffer)
        case tooMuchNoise
    }

    /// What start-up files may print: the limit that ``LaunchChannel`` has for the same.
    static let noiseBytesMax = 64 << 10
    /// The longest line of the script: three causes, each a message of a tool, or the first line of an agent that
    /// does not run.
    static let lineBytesMax = 4_096
    /// What is kept of the noise, for a message: `nologin` says on standard output why there is no login.
    static let keptNoiseBytes = 256

    private static let agentMarker = Array(LaunchMessage.marker.utf8)
    private static let hostMarker = Array(HostReply.marker.utf8)

    private var input = ByteBuffer()
    private var noiseBytes = 0
    private(set) var noise: [UInt8] = []

    mutating func append(_ bytes: some Sequence<UInt8>) {
        input.writeBytes(bytes)
    }

    /// The next thing; bytes of the agent stay where they are.
    mutating func next() -> Found {
        while true {
            skipNoise()
            if noiseBytes > Self.noiseBytesMax { return .tooMuchNoise }
            let view = input.readableBytesView
            if view.starts(with: Self.agentMarker) { return .agent(input.slice()) }
            if Self.agentMarker.starts(with: view) || Self.hostMarker.starts(with: view) { return .more }
            if view.starts(with: Self.hostMarker) {
                let line = view.dropFirst(Self.hostMarker.count).prefix(Self.lineBytesMax + 1)
                if let end = line.firstIndex(of: UInt8(ascii: "\n")) {
                    let text = String(decoding: line[..<end], as: UTF8.self)
                    input.moveReaderIndex(to: end + 1)
                    return .line(text)
                }
                if line.count <= Self.lineBytesMax { return .more }
            }
            // It only began like a marker.
            drop(1)
        }
    }

    private mutating func skipNoise() {
        let view = input.readableBytesView
        drop((view.firstIndex(of: 1) ?? view.endIndex) - view.startIndex)
        input.discardReadBytes()
    }

    private mutating func drop(_ count: Int) {
        guard let bytes = input.readBytes(length: count) else { return }
        noiseBytes += count
        noise += bytes.prefix(Self.keptNoiseBytes - noise.count)
    }
}
