/// Every limit of the wire format, each with its reason. A length is held against its limit before anything of that
/// length is allocated or awaited.
package enum WireLimits {
    /// The version spoken; it is in the preface and so in the Noise prologue: two versions never misread each other.
    package static let version: UInt16 = 2
    /// A frame's payload. A file chunk (256 KiB) and a record batch (`recordBatchBytesMax`) fit with their headers.
    package static let frameBytesMax = 4 << 20
    /// Bytes of the frame header: UInt32 length of what follows, UInt8 type.
    package static let frameHeaderBytes = 5
    /// One signed batch of the log; a manifest of 32 B per 256 KiB chunk describes 24 GiB in 3 MiB.
    package static let recordBatchBytesMax = 3 << 20
    /// Records in one batch: bounds the work that one signature may cause.
    package static let batchRecordsMax = 1024
    /// A body before compression: one file chunk, or one segment of output.
    package static let bodyRawBytesMax = 256 << 10
    /// Ranges of one rank set: an overlay of 2^20 hosts in which every second one differs.
    package static let rankRangesMax = 1 << 19
    /// Bytes of the bitmap of one rank set: that of the same overlay needs an eighth, the rest is for gaps.
    package static let rankBitmapBytesMax = 1 << 20
    /// A text: paths, one argument, one environment value (Linux's own MAX_ARG_STRLEN is 128 KiB).
    package static let textBytesMax = 128 << 10
    /// A word of explanation (an outcome's detail, a refusal, a cause); longer ones are cut by ``WireWriter/detail(_:)``.
    package static let detailBytesMax = 512
    /// Elements of a list of small values (arguments, variables, paths, buckets, segments of one message).
    package static let listCountMax = 1 << 16
    /// Files of one manifest.
    package static let manifestEntriesMax = 1 << 17
    /// Chunk hashes of one manifest entry.
    package static let entryChunksMax = 1 << 17
    /// Edges between the root and the deepest agent. A chain of a thousand is a measurement, not a mistake.
    package static let depthMax = 4096
    /// Contacts in one message: enough to find a way up, few enough to be sent to every child.
    package static let contactsMax = 64
    /// Distinct arrival times in one report of a barrier: ages have 32 cells per power of two, and 64 powers.
    package static let arrivalsMax = 2048
}
