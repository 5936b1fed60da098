import NIOCore
import PlushWire

/// Reads what comes on the standard output of ``HostScript/start(agentHash:machine:token:logPath:isThorough:)`` until
/// it is the agent's. Start-up files of shells may print anything before, also without an end of line.
package struct HostReply {
    /// The beginning of each line that the script prints. No start-up file prints this by chance, and it is ASCII, so
    /// that every `printf` can.
    package static let marker = "\u{1}plush-host "

    /// What has come.
    package enum Step: Hashable, Sendable {
        /// Nothing to act upon yet.
        case more
        /// The host waits for a line with the number of bytes, in decimal, and then for these bytes. It may do so once
        /// per place where an agent can be cached.
        case needsAgent(AgentImage.Form)
        /// The last word: the host cannot be used.
        case fault(HostFault)
        /// The agent speaks: everything from its marker on, which is for ``LaunchChannel``.
        case agent(ByteBuffer)
    }

    private var scanner = HostReplyScanner()

    package init() {}

    /// The printable beginning of what was printed and is not the script's.
    package var noise: [UInt8] { scanner.noise }

    /// Takes bytes as they come, cut in any way, and tells what to do; one thing at a time, since the script waits
    /// after each that it says.
    package mutating func receive(_ bytes: ByteBuffer) -> Step {
        scanner.append(bytes.readableBytesView)
        while true {
            switch scanner.next() {
            case .more: return .more
            case .agent(let rest): return .agent(rest)
            case .tooMuchNoise: return .fault(.tooMuchNoise)
            case .line(let line):
                if line.hasPrefix("need "), let form = AgentImage.Form(rawValue: String(line.dropFirst(5))) {
                    return .needsAgent(form)
                }
                if let fault = HostFault(line: line) { return .fault(fault) }
            }
        }
    }
}
