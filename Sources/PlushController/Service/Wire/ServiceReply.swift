import NIOCore
import PlushTree
import PlushWire

/// What a controller says on the socket.
enum ServiceReply {
    /// The answer to `hello`.
    case welcome(OverlayDescription)
    /// A request that cannot be carried out. `isFinal`: nor will any other be on this connection.
    case failure(ControllerError, isFinal: Bool)
    /// The number of the operation that was asked for.
    case accepted(UInt32)
    /// Something happened in the operation that is followed.
    case event(ControllerEvent)
    /// The operation that is followed or waited for has ended so.
    case ended(Summary)
    /// That is all that it has told so far.
    case caughtUp
    case jobs([OverlayJob])
    case status(OverlayStatus)
    case tree([TreeEdge])
    /// What names the hosts when they are asked for again, by rank.
    case hosts(names: [String], fullNames: [String])
    case done
    case ranks(RankSet)

    func encode() -> ByteBuffer {
        switch self {
        case .welcome(let description): ServiceFrame.encode(128) { description.write(to: &$0) }
        case .failure(let error, let isFinal):
            ServiceFrame.encode(129) {
                $0.flag(error.code == .usage)
                $0.words(error.message)
                $0.words(error.remedy)
                $0.flag(isFinal)
            }
        case .accepted(let operation): ServiceFrame.encode(130) { $0.varint(operation) }
        case .event(let event): ServiceFrame.encode(131) { event.write(to: &$0) }
        case .ended(let summary): ServiceFrame.encode(132) { summary.write(to: &$0) }
        case .caughtUp: ServiceFrame.encode(133)
        case .jobs(let jobs):
            ServiceFrame.encode(134) {
                $0.count(jobs.count)
                for job in jobs { job.write(to: &$0) }
            }
        case .status(let status): ServiceFrame.encode(135) { status.write(to: &$0) }
        case .tree(let edges): ServiceFrame.encode(136) { $0.list(edges) }
        case .hosts(let names, let fullNames):
            ServiceFrame.encode(137) {
                $0.list(names)
                // Mostly they are the same.
                $0.list(fullNames == names ? [] : fullNames)
            }
        case .done: ServiceFrame.encode(138)
        case .ranks(let ranks): ServiceFrame.encode(139) { ranks.write(to: &$0) }
        }
    }

    init(_ frame: FrameDecoder.Frame) throws(WireError) {
        var reader = WireReader(frame.payload)
        switch frame.type {
        case 128: self = .welcome(try OverlayDescription(from: &reader))
        case 129:
            let isUsage = try reader.flag("code")
            let message = try reader.text("message")
            let error = ControllerError(isUsage ? .usage : .tree, message, remedy: try reader.text("remedy"))
            self = .failure(error, isFinal: try reader.flag("final"))
        case 130: self = .accepted(try reader.varint32("operation"))
        case 131: self = .event(try ControllerEvent(from: &reader))
        case 132: self = .ended(try Summary(from: &reader))
        case 133: self = .caughtUp
        case 134:
            self = .jobs(
                try reader.values("jobs") { (reader) throws(WireError) in try OverlayJob(from: &reader) })
        case 135: self = .status(try OverlayStatus(from: &reader))
        case 136: self = .tree(try reader.list(TreeEdge.self, max: Self.hostsMax, "edges"))
        case 137:
            let names = try reader.list(String.self, max: Self.hostsMax, "names")
            let fullNames = try reader.list(String.self, max: Self.hostsMax, "full names")
            self = .hosts(names: names, fullNames: fullNames.isEmpty ? names : fullNames)
        case 138: self = .done
        case 139: self = .ranks(try RankSet(from: &reader))
        default: throw WireError(.unknownType, "reply")
        }
        try reader.finish("reply")
    }

    private static let hostsMax = 1 << 20
}
