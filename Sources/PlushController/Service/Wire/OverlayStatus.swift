import PlushTree
import PlushWire

/// What a controller knows of the hosts of its overlay.
public struct OverlayStatus: Hashable, Sendable {
    /// Hosts that cannot be used, for one cause.
    public struct Fault: Hashable, Sendable {
        /// Which.
        public var ranks: RankSet
        /// Why.
        public var cause: String
        /// What to try.
        public var remedy: String
    }

    /// Hosts that have something in common.
    public struct Share: Hashable, Sendable {
        /// What it is.
        public var value: String
        /// Which hosts.
        public var ranks: RankSet
    }

    /// The overlay.
    public var overlay: OverlayDescription
    /// Hosts that are in the tree.
    public var joined: RankSet
    /// Hosts that were in the tree and are out of reach.
    public var lost: [Fault]
    /// Hosts that never joined.
    public var unreachable: [Fault]
    /// Hosts of the tree by their depth: those below the controller first.
    public var depths: [RankSet]
    /// Hosts that have others below them.
    public var relays: RankSet
    /// The most hosts below one node, the controller included.
    public var fanout: Int
    /// Hosts of the tree by what their agent was built as.
    public var builds: [Share]
    /// What the controller takes of memory, in bytes.
    public var residentBytes: Int
    /// Messages that the controller has sent and received over its links.
    public var messages: Int
    /// Their bytes.
    public var messageBytes: Int
}

extension OverlayStatus: WireValue {
    package func write(to writer: inout WireWriter) {
        overlay.write(to: &writer)
        joined.write(to: &writer)
        writer.list(lost)
        writer.list(unreachable)
        writer.list(depths)
        relays.write(to: &writer)
        writer.count(fanout)
        writer.list(builds)
        for count in [residentBytes, messages, messageBytes] { writer.count(count) }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        overlay = try OverlayDescription(from: &reader)
        joined = try RankSet(from: &reader)
        lost = try reader.list(Fault.self, "lost hosts")
        unreachable = try reader.list(Fault.self, "unreachable hosts")
        depths = try reader.list(RankSet.self, max: WireLimits.depthMax, "depths")
        relays = try RankSet(from: &reader)
        fanout = try reader.number("fan-out")
        builds = try reader.list(Share.self, "builds")
        residentBytes = try reader.number("memory")
        messages = try reader.number("messages")
        messageBytes = try reader.number("bytes of messages")
    }
}

extension OverlayStatus.Fault: WireValue {
    package func write(to writer: inout WireWriter) {
        ranks.write(to: &writer)
        writer.words(cause)
        writer.words(remedy)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        ranks = try RankSet(from: &reader)
        cause = try reader.text("cause")
        remedy = try reader.text("remedy")
    }
}

extension OverlayStatus.Share: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.words(value)
        ranks.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        value = try reader.text("value")
        ranks = try RankSet(from: &reader)
    }
}
