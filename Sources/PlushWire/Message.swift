import NIOCore

/// Everything that travels on a link, one frame each.
package enum Message: Hashable, Sendable {
    /// Child to parent: who I am and what I have.
    case attach(AttachSummary)
    case attachReply(AttachReply)
    /// Child to parent: you are the one; sent to exactly one parent (P2).
    case attachCommit(AttachStamp)
    case heartbeat(Heartbeat)
    case heartbeatReply(HeartbeatReply)
    /// Down: the root is alive.
    case beacon(Beacon)
    /// Down: records of the log.
    case log(SignedBatch)
    /// Up: who came and who is out of reach.
    case subtree(SubtreeReport)
    /// Up: started and ended ranks of one operation.
    case results(ResultReport)
    /// Up: a piece of output; takes credit.
    case output(OutputSegment)
    /// Down: a piece of a file; takes credit.
    case chunk(FileChunk)
    /// Either way: bulk bytes that the other side may have sent in total since the link was attached (rule 10).
    case credit(UInt64)
    /// Up: this child and its subtree end on purpose.
    case leave(String)
    /// Down: who is above the receiver, and where it may go when its parent is lost.
    case lineage(Lineage)
    /// Down: what the root has of the output, and what it wants once more.
    case outputAcknowledgement(OutputAcknowledgement)
    /// Down: please move below one of these.
    case redirect([Contact])
    /// Down: be a leaf from now on; your children may move below these.
    case retire([Contact])
    /// Up: this child lives and goes to another parent, with its subtree.
    case detach(String)
    /// Up: who has entered a barrier.
    case barrierEntries(BarrierEntries)
    /// Down: permits of a throttled barrier.
    case permits(PermitLease)
    /// Up: what became of permits.
    case permitReport(PermitReport)
    /// Up: what applications say.
    case applicationReport(ApplicationReport)

    /// The byte after the length in a frame.
    package var type: UInt8 {
        switch self {
        case .attach: return 1
        case .attachReply: return 2
        case .attachCommit: return 3
        case .heartbeat: return 4
        case .heartbeatReply: return 5
        case .beacon: return 6
        case .log: return 7
        case .subtree: return 8
        case .results: return 9
        case .output: return 10
        case .chunk: return 11
        case .credit: return 12
        case .leave: return 13
        case .lineage: return 14
        case .outputAcknowledgement: return 15
        case .redirect: return 16
        case .retire: return 17
        case .detach: return 18
        case .barrierEntries: return 0x40
        case .permits: return 0x41
        case .permitReport: return 0x42
        case .applicationReport: return 0x43
        }
    }

    /// Appends the message as one frame: UInt32 length of type and payload, UInt8 type, payload.
    package func encode(into buffer: inout ByteBuffer) {
        let lengthIndex = buffer.writerIndex
        buffer.writeInteger(UInt32(0))
        buffer.writeInteger(type)
        var writer = WireWriter(buffer)
        buffer = ByteBuffer()  // the writer is the only owner, so nothing is copied
        writePayload(to: &writer)
        buffer = writer.buffer
        buffer.setInteger(UInt32(buffer.writerIndex - lengthIndex - 4), at: lengthIndex)
    }

    private func writePayload(to writer: inout WireWriter) {
        switch self {
        case .attach(let value): value.write(to: &writer)
        case .attachReply(let value): value.write(to: &writer)
        case .attachCommit(let value): value.write(to: &writer)
        case .heartbeat(let value): value.write(to: &writer)
        case .heartbeatReply(let value): value.write(to: &writer)
        case .beacon(let value): value.write(to: &writer)
        case .log(let value): value.write(to: &writer)
        case .subtree(let value): value.write(to: &writer)
        case .results(let value): value.write(to: &writer)
        case .output(let value): value.write(to: &writer)
        case .chunk(let value): value.write(to: &writer)
        case .credit(let value): writer.varint(value)
        case .leave(let value), .detach(let value): writer.detail(value)
        case .lineage(let value): value.write(to: &writer)
        case .outputAcknowledgement(let value): value.write(to: &writer)
        case .redirect(let contacts), .retire(let contacts): writer.list(contacts)
        case .barrierEntries(let value): value.write(to: &writer)
        case .permits(let value): value.write(to: &writer)
        case .permitReport(let value): value.write(to: &writer)
        case .applicationReport(let value): value.write(to: &writer)
        }
    }

    /// Decodes a frame's payload; every byte of it must be used.
    package init(type: UInt8, payload: ByteBuffer) throws(WireError) {
        var reader = WireReader(payload)
        switch type {
        case 1: self = .attach(try AttachSummary(from: &reader))
        case 2: self = .attachReply(try AttachReply(from: &reader))
        case 3: self = .attachCommit(try AttachStamp(from: &reader))
        case 4: self = .heartbeat(try Heartbeat(from: &reader))
        case 5: self = .heartbeatReply(try HeartbeatReply(from: &reader))
        case 6: self = .beacon(try Beacon(from: &reader))
        case 7: self = .log(try SignedBatch(from: &reader))
        case 8: self = .subtree(try SubtreeReport(from: &reader))
        case 9: self = .results(try ResultReport(from: &reader))
        case 10: self = .output(try OutputSegment(from: &reader))
        case 11: self = .chunk(try FileChunk(from: &reader))
        case 12: self = .credit(try reader.varint("credit"))
        case 13: self = .leave(try reader.text(max: WireLimits.detailBytesMax, "leave"))
        case 14: self = .lineage(try Lineage(from: &reader))
        case 15: self = .outputAcknowledgement(try OutputAcknowledgement(from: &reader))
        case 16: self = .redirect(try reader.list(Contact.self, max: WireLimits.contactsMax, "contacts"))
        case 17: self = .retire(try reader.list(Contact.self, max: WireLimits.contactsMax, "contacts"))
        case 18: self = .detach(try reader.text(max: WireLimits.detailBytesMax, "detach"))
        case 0x40: self = .barrierEntries(try BarrierEntries(from: &reader))
        case 0x41: self = .permits(try PermitLease(from: &reader))
        case 0x42: self = .permitReport(try PermitReport(from: &reader))
        case 0x43: self = .applicationReport(try ApplicationReport(from: &reader))
        default: throw WireError(.unknownType, "frame")
        }
        try reader.finish("frame")
    }
}
