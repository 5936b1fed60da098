import NIOCore
import PlushTree
import PlushWire

/// Events on the socket and in the spool of an operation: a type, then the fields in the order of their declaration.
extension ControllerEvent {
    func write(to writer: inout WireWriter) {
        switch self {
        case .phase(let phase, let detail):
            writer.fixed(UInt8(0))
            phase.write(to: &writer)
            writer.words(detail)
        case .progress(let progress):
            writer.fixed(UInt8(1))
            progress.write(to: &writer)
        case .joined(let rank, let parent):
            writer.fixed(UInt8(2))
            rank.write(to: &writer)
            parent.write(to: &writer)
        case .unreachable(let ranks, let cause, let remedy):
            writer.fixed(UInt8(3))
            ranks.write(to: &writer)
            writer.words(cause)
            writer.words(remedy)
        case .lost(let ranks, let relay, let path, let cause):
            writer.fixed(UInt8(4))
            ranks.write(to: &writer)
            relay.write(to: &writer)
            writer.list(path)
            writer.words(cause)
        case .replaced(let rank, let spare):
            writer.fixed(UInt8(5))
            rank.write(to: &writer)
            spare.write(to: &writer)
        case .started(let name, let ranks):
            writer.fixed(UInt8(6))
            writer.words(name)
            ranks.write(to: &writer)
        case .output(let output):
            writer.fixed(UInt8(7))
            output.write(to: &writer)
        case .outcome(let name, let phase, let outcome, let ranks):
            writer.fixed(UInt8(8))
            writer.words(name)
            phase.write(to: &writer)
            outcome.write(to: &writer)
            ranks.write(to: &writer)
        case .barrier(let barrier):
            writer.fixed(UInt8(9))
            barrier.write(to: &writer)
        case .said(let saying):
            writer.fixed(UInt8(10))
            saying.write(to: &writer)
        case .warning(let text):
            writer.fixed(UInt8(11))
            writer.words(text)
        case .moved(let rank, let before, let parent):
            writer.fixed(UInt8(12))
            for place in [rank, before, parent] { place.write(to: &writer) }
        case .away(let ranks, let relay, let cause):
            writer.fixed(UInt8(13))
            ranks.write(to: &writer)
            relay.write(to: &writer)
            writer.words(cause)
        case .returned(let ranks):
            writer.fixed(UInt8(14))
            ranks.write(to: &writer)
        case .retired(let ranks):
            writer.fixed(UInt8(15))
            ranks.write(to: &writer)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.fixed(UInt8.self, "event") {
        case 0: self = .phase(try Phase(from: &reader), detail: try reader.text("detail"))
        case 1: self = .progress(try Progress(from: &reader))
        case 2: self = .joined(try Rank(from: &reader), parent: try Rank(from: &reader))
        case 3:
            self = .unreachable(
                try RankSet(from: &reader), cause: try reader.text("cause"), remedy: try reader.text("remedy"))
        case 4:
            self = .lost(
                try RankSet(from: &reader), relay: try Rank(from: &reader),
                path: try reader.list(Rank.self, max: WireLimits.depthMax + 1, "path"), cause: try reader.text("cause"))
        case 5: self = .replaced(try Rank(from: &reader), by: try Rank(from: &reader))
        case 6: self = .started(name: try reader.text("name"), ranks: try RankSet(from: &reader))
        case 7: self = .output(try Output(from: &reader))
        case 8:
            self = .outcome(
                name: try reader.text("name"), phase: try Phase(from: &reader), outcome: try Outcome(from: &reader),
                ranks: try RankSet(from: &reader))
        case 9: self = .barrier(try Barrier(from: &reader))
        case 10: self = .said(try Saying(from: &reader))
        case 11: self = .warning(try reader.text("warning"))
        case 12:
            self = .moved(
                try Rank(from: &reader), from: try Rank(from: &reader), to: try Rank(from: &reader))
        case 13:
            self = .away(
                try RankSet(from: &reader), relay: try Rank(from: &reader), cause: try reader.text("cause"))
        case 14: self = .returned(try RankSet(from: &reader))
        case 15: self = .retired(try RankSet(from: &reader))
        default: throw WireError(.unknownType, "event")
        }
    }
}

extension ControllerEvent.Phase {
    func write(to writer: inout WireWriter) {
        writer.text(rawValue)
    }

    init(from reader: inout WireReader) throws(WireError) {
        guard let phase = Self(rawValue: try reader.text(max: WireLimits.detailBytesMax, "phase")) else {
            throw WireError(.malformed, "phase")
        }
        self = phase
    }
}

extension ControllerEvent.Progress {
    func write(to writer: inout WireWriter) {
        phase.write(to: &writer)
        for count in [total, started, ended] { writer.count(count) }
        for kind in Outcome.Kind.allCases { writer.count(outcomes[kind] ?? 0) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        phase = try ControllerEvent.Phase(from: &reader)
        total = try reader.number("total")
        started = try reader.number("started")
        ended = try reader.number("ended")
        for kind in Outcome.Kind.allCases {
            let count = try reader.number("outcomes")
            if count > 0 { outcomes[kind] = count }
        }
    }
}

extension ControllerEvent.Output {
    func write(to writer: inout WireWriter) {
        writer.words(name)
        ranks.write(to: &writer)
        writer.flag(isError)
        writer.varint(number)
        writer.bytes(ByteBuffer(bytes: bytes))
        writer.flag(isLast)
    }

    init(from reader: inout WireReader) throws(WireError) {
        name = try reader.text("name")
        ranks = try RankSet(from: &reader)
        isError = try reader.flag("stream")
        number = try reader.varint32("number")
        bytes = Array(try reader.bytes(max: WireLimits.bodyRawBytesMax, "output").readableBytesView)
        isLast = try reader.flag("last")
    }
}

extension ControllerEvent.Barrier {
    func write(to writer: inout WireWriter) {
        writer.words(name)
        writer.varint(generation)
        writer.words(state.rawValue)
        ranks.write(to: &writer)
        missing.write(to: &writer)
    }

    init(from reader: inout WireReader) throws(WireError) {
        name = try reader.text("name")
        generation = try reader.varint("generation")
        guard let state = State(rawValue: try reader.text("state")) else { throw WireError(.malformed, "state") }
        self.state = state
        ranks = try RankSet(from: &reader)
        missing = try RankSet(from: &reader)
    }
}

extension ControllerEvent.Saying {
    func write(to writer: inout WireWriter) {
        writer.words(name)
        ranks.write(to: &writer)
        writer.flag(progressThousandths != nil)
        writer.count(progressThousandths ?? 0)
        writer.words(text)
    }

    init(from reader: inout WireReader) throws(WireError) {
        name = try reader.text("name")
        ranks = try RankSet(from: &reader)
        let hasProgress = try reader.flag("progress")
        let thousandths = try reader.number("progress")
        progressThousandths = hasProgress ? thousandths : nil
        text = try reader.text("text")
    }
}

extension WireReader {
    /// A count of something that is not in the message.
    mutating func number(_ field: String) throws(WireError) -> Int {
        guard let value = Int(exactly: try varint(field)) else { throw WireError(.malformed, field) }
        return value
    }
}
