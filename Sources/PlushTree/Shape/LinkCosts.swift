/// What a small message costs, in the terms of the postal model (LogP): how long a hop takes, and how soon its sender can
/// send the next.
///
/// Bar-Noy and Kipnis, "Designing broadcasting algorithms in the postal model"; Culler et al., "LogP".
public struct LinkCosts: Hashable, Sendable {
    /// L: from the end of the sending to when the receiver can itself send, in nanoseconds; its processing is included.
    public let latencyNanoseconds: UInt64
    /// g: the serial time of a sender per message, in nanoseconds; at least 1.
    public let gapNanoseconds: UInt64

    /// The largest value of either: no hop of a tree takes a minute, and a million of them stay far within 64 bits.
    public static let nanosecondsMax: UInt64 = 60_000_000_000

    /// What is assumed where nothing was measured or said: hosts of one local network. A message costs its sender a seal
    /// and a write (0.02 ms), and its receiver a wake-up and the check of a signature (`scripts/bench`: 0.27 ms of CPU per
    /// agent and round trip) behind a quarter of a millisecond of network. Its ideal arity is 15.
    public static let standard = LinkCosts(latencyNanoseconds: 500_000, gapNanoseconds: 20_000)

    /// What the receiver's share of L is, where only the network's share was measured.
    public static let receiveNanoseconds: UInt64 = 250_000

    /// Makes costs; values outside `0 ... nanosecondsMax` (the gap: from 1) are moved to the nearest end.
    public init(latencyNanoseconds: UInt64, gapNanoseconds: UInt64) {
        self.latencyNanoseconds = Swift.min(latencyNanoseconds, Self.nanosecondsMax)
        self.gapNanoseconds = Swift.min(Swift.max(1, gapNanoseconds), Self.nanosecondsMax)
    }

    /// L/g, which alone decides the shape of the best tree.
    package var ratio: Double {
        Double(latencyNanoseconds) / Double(gapNanoseconds)
    }
}

extension LinkCosts: CustomStringConvertible {
    /// `L,g` as in `500us,20us`: what the initialiser reads.
    public var description: String {
        "\(TimeText.text(latencyNanoseconds)),\(TimeText.text(gapNanoseconds))"
    }

    /// Reads `L,g`, each a number with the unit ns, us, ms or s; L may be 0.
    ///
    /// - Throws: ``TreeError`` that says which of the two is wrong and what would be right.
    public init(_ text: some StringProtocol) throws(TreeError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw TreeError(
                .request, "'\(text)' is not L,g: give the latency of a hop and the time between two messages")
        }
        self.init(
            latencyNanoseconds: try Self.time(parts[0], called: "L", from: 0),
            gapNanoseconds: try Self.time(parts[1], called: "g", from: 1))
    }

    private static func time(
        _ text: some StringProtocol, called name: String, from least: UInt64
    ) throws(TreeError) -> UInt64 {
        guard let value = TimeText.nanoseconds(text) else {
            throw TreeError(
                .request, "\(name) = '\(text)' is no time: write a number with ns, us, ms or s, such as 20ms")
        }
        guard (least...nanosecondsMax).contains(value) else {
            throw TreeError(
                .request,
                "\(name) = '\(text)' is out of range: from \(TimeText.text(least)) to \(TimeText.text(nanosecondsMax))")
        }
        return value
    }
}
