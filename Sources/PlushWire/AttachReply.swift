import PlushTree

/// A parent's answer to an attach.
package enum AttachReply: WireValue {
    case accepted(Acceptance)
    /// Full or behind: try again after this time, with full jitter (rule 7), or one of these meanwhile.
    case busy(retryAfterMilliseconds: UInt32, contacts: [Contact])
    /// Not here: certificate void, cycle, stale parent; the word says which.
    case refused(String)

    /// What a child needs to go on from.
    package struct Acceptance: WireValue {
        /// From the root to the parent, both included.
        package let path: [Rank]
        package let rootAgeMilliseconds: UInt64
        package let overlayMilliseconds: UInt64
        /// Bulk bytes that the child may send before the first credit message.
        package let credit: UInt64
        package let logIndex: UInt64
        package let releasedUpTo: [AttachSummary.Generation]

        package init(
            path: [Rank], rootAgeMilliseconds: UInt64, overlayMilliseconds: UInt64, credit: UInt64, logIndex: UInt64,
            releasedUpTo: [AttachSummary.Generation] = []
        ) {
            self.path = path
            self.rootAgeMilliseconds = rootAgeMilliseconds
            self.overlayMilliseconds = overlayMilliseconds
            self.credit = credit
            self.logIndex = logIndex
            self.releasedUpTo = releasedUpTo
        }

        package func write(to writer: inout WireWriter) {
            writer.list(path)
            writer.varint(rootAgeMilliseconds)
            writer.varint(overlayMilliseconds)
            writer.varint(credit)
            writer.varint(logIndex)
            writer.list(releasedUpTo)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            path = try reader.list(Rank.self, max: WireLimits.depthMax, "path")
            rootAgeMilliseconds = try reader.varint("root age")
            overlayMilliseconds = try reader.varint("overlay time")
            credit = try reader.varint("credit")
            logIndex = try reader.varint("log index")
            releasedUpTo = try reader.list(AttachSummary.Generation.self, "released generations")
        }
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .accepted(let acceptance):
            writer.fixed(UInt8(0))
            acceptance.write(to: &writer)
        case .busy(let retryAfterMilliseconds, let contacts):
            writer.fixed(UInt8(1))
            writer.varint(retryAfterMilliseconds)
            writer.list(contacts)
        case .refused(let reason):
            writer.fixed(UInt8(2))
            writer.detail(reason)
        }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.fixed(UInt8.self, "attach reply") {
        case 0: self = .accepted(try Acceptance(from: &reader))
        case 1:
            self = .busy(
                retryAfterMilliseconds: try reader.varint32("retry after"),
                contacts: try reader.list(Contact.self, max: WireLimits.contactsMax, "contacts"))
        case 2: self = .refused(try reader.text(max: WireLimits.detailBytesMax, "refusal"))
        default: throw WireError(.unknownType, "attach reply")
        }
    }
}
