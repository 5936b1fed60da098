/// The byte stream in which a host's output files travel to the controller. All numbers are big-endian.
///
/// ```
/// stream  = magic entry* end
/// magic   = "PLC" 0x01
/// entry   = kind:u8 mode:u16 size:u64 pathLength:u16 path:pathLength [content:size status:u8]
/// end     = kind=0 mode=0 size=(number of entries) pathLength=0
/// ```
/// Content and status are there for files only. A file that shrinks while it is read is filled up with zeros to the
/// size that was announced, and its status says so. `size` is the reason (`errno`) for `unreadable`, else 0 where there is
/// no content; `mode` has the permission bits, and the type bits of `st_mode` for `skipped`.
package enum CollectionFormat {
    static let magic: [UInt8] = Array("PLC".utf8) + [1]
    static let headerBytes = 13

    /// What an entry is.
    package enum Kind: UInt8, Sendable {
        case end = 0
        case file = 1
        case directory = 2
        /// A path that was asked for, or listed a moment before, does not exist.
        case missing = 3
        /// A link, socket, pipe or device: never followed or opened.
        case skipped = 4
        case unreadable = 5
    }

    /// How the reading of a file went.
    package enum FileStatus: UInt8, Sendable {
        case whole = 0
        /// It became shorter: the rest is zeros.
        case shrank = 1
        /// It became longer: what was added is not here.
        case grew = 2
        /// Reading failed: the rest is zeros.
        case failed = 3
    }
}
