import NIOCore
import PlushWire
import Testing

@testable import PlushController

/// What a host prints until it is the agent's turn.
struct HostReplyTests {
    private static let marker = HostReply.marker

    /// All that comes of a text that is cut into pieces of these lengths, the last of them as long as it takes.
    private func steps(_ text: String, cutAt lengths: [Int] = []) -> [HostReply.Step] {
        var reply = HostReply()
        var bytes = ByteBuffer(string: text)
        var steps: [HostReply.Step] = []
        for length in lengths + [Int.max] {
            guard let piece = bytes.readSlice(length: min(length, bytes.readableBytes)) else { continue }
            if case let step = reply.receive(piece), step != .more { steps.append(step) }
        }
        return steps
    }

    private let agent = LaunchMessage.marker + "\u{0}\u{1}frames \(HostReply.marker)need plain\n"

    @Test func aRequestForTheAgentIsFoundBehindNoiseHoweverItIsCut() {
        for form in AgentImage.Form.allCases {
            let text = "Welcome!\n\u{1} \u{1}plush \u{1}\u{1}plush-hos\(Self.marker)need \(form.rawValue)\n"
            for length in 0...text.utf8.count {
                #expect(steps(text, cutAt: [length]) == [.needsAgent(form)], "cut at \(length)")
            }
            #expect(steps(text, cutAt: Array(repeating: 1, count: text.utf8.count)) == [.needsAgent(form)])
        }
    }

    @Test func fromTheAgentsMarkerOnAllBytesAreHandedOver() {
        let noise = "Welcome!\u{1}plush-agent 2\n\u{1}plush-agent"
        let marker = LaunchMessage.marker.utf8.count
        for length in 0...(noise + agent).utf8.count {
            // What comes after the hand-over goes another way.
            let beyond = max(0, length - noise.utf8.count)
            let head = String(decoding: (noise + agent).utf8.prefix(length), as: UTF8.self)
            let rest = ByteBuffer(bytes: agent.utf8.prefix(beyond))
            #expect(steps(head) == (beyond >= marker ? [.agent(rest)] : []), "of \(length)")
        }
        #expect(steps(noise + agent) == [.agent(ByteBuffer(string: agent))])
    }

    @Test func theAgentMayBeAskedForOncePerPlace() {
        var reply = HostReply()
        for _ in 0..<3 {
            #expect(reply.receive(ByteBuffer(string: "\(Self.marker)need gzip\n")) == .needsAgent(.gzip))
            #expect(reply.receive(ByteBuffer()) == .more)
        }
        #expect(reply.receive(ByteBuffer(string: agent)) == .agent(ByteBuffer(string: agent)))
    }

    @Test func aFaultIsTold() {
        let text = "\(Self.marker)fault damaged\n"
        for length in 0...text.utf8.count {
            #expect(steps(text, cutAt: [length]) == [.fault(HostFault(line: "fault damaged")!)])
        }
    }

    @Test(arguments: ["need", "need zip", "need  gzip", "NEED gzip", "cleaned 1 2", "", "fault", " fault damaged"])
    func linesThatMeanNothingAreSkipped(line: String) {
        #expect(steps("\(Self.marker)\(line)\n\(Self.marker)need gzip\n") == [.needsAgent(.gzip)])
    }

    @Test func noiseIsBoundedHoweverItComes() {
        let limit = HostReplyScanner.noiseBytesMax
        let request = "\(Self.marker)need gzip\n"
        for length in [1_000, limit, 7] {
            let cuts = Array(repeating: length, count: limit / length + 2)
            #expect(steps(String(repeating: "x", count: limit) + request, cutAt: cuts) == [.needsAgent(.gzip)])
        }
        #expect(steps(String(repeating: "x", count: limit + 1) + request) == [.fault(.tooMuchNoise)])
        #expect(steps(String(repeating: "\u{1}", count: limit + 1) + request) == [.fault(.tooMuchNoise)])
    }

    @Test func aLineWithoutEndIsNoise() {
        let line = Self.marker + String(repeating: "y", count: HostReplyScanner.lineBytesMax + 1)
        #expect(steps(line + "\(Self.marker)need gzip\n") == [.needsAgent(.gzip)])
        let endless = Self.marker + String(repeating: "y", count: HostReplyScanner.noiseBytesMax)
        #expect(steps(endless) == [.fault(.tooMuchNoise)])
    }

    @Test func theBeginningOfTheNoiseIsKept() {
        var reply = HostReply()
        _ = reply.receive(ByteBuffer(string: "This account is currently not available.\n"))
        #expect(HostFault.firstLine(of: reply.noise) == "This account is currently not available.")
        _ = reply.receive(ByteBuffer(string: String(repeating: "z", count: 10_000)))
        #expect(reply.noise.count == HostReplyScanner.keptNoiseBytes)
    }
}
