import PlushTree
import PlushWire

/// What every client is told of an overlay when it comes.
public struct OverlayDescription: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Hosts that were asked for.
    public var hostCount: Int
    /// Hosts that are in the tree now.
    public var joinedCount: Int
    /// The shape of the tree, as `--tree` takes it.
    public var shape: String
    /// The process of the controller.
    public var process: Int32
    /// What the controller was built as.
    public var build: String
    /// How long it has been up, in seconds.
    public var seconds: Int
    /// Operations that have not ended.
    public var runningCount: Int
}

extension OverlayDescription: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.text(name)
        writer.count(hostCount)
        writer.count(joinedCount)
        writer.words(shape)
        writer.fixed(process)
        writer.words(build)
        writer.count(seconds)
        writer.count(runningCount)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        name = try reader.text("name")
        hostCount = try reader.number("hosts")
        joinedCount = try reader.number("hosts in the tree")
        shape = try reader.text("shape")
        process = try reader.fixed(Int32.self, "process")
        build = try reader.text("build")
        seconds = try reader.number("time")
        runningCount = try reader.number("operations")
    }
}
