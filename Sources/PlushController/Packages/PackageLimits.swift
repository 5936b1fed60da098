/// The limits of staging, each with its reason. Archives and servers are not trusted: every length is checked against
/// one of these before it costs memory or disk.
package struct PackageLimits: Sendable, Equatable {
    /// One download. A package is installed on every host, so far smaller ones are usual; this guards the disk.
    package var downloadBytesMax: Int64 = 8 << 30
    /// All files of one package after extraction. Guards the disk against an archive that expands without end.
    package var packageBytesMax: Int64 = 16 << 30
    /// Entries of one archive, directories included. Each file becomes a manifest entry on every host.
    package var entriesMax = 100_000
    /// A whole relative path. Leaves room below Linux's PATH_MAX (4096) for the directory it is installed in.
    package var pathBytesMax = 1_024
    /// One component of a path: NAME_MAX of Linux file systems.
    package var componentBytesMax = 255
    /// Nesting of directories; deeper trees are an attack on those who walk them.
    package var depthMax = 64
    /// A URL. Servers commonly refuse more than 8 KB.
    package var urlBytesMax = 8_192
    /// Redirects followed for one download. Mirrors use one or two.
    package var redirectsMax = 5
    /// Name look-up, TCP and TLS together; the kernel alone would try for over two minutes.
    package var connectMilliseconds: Int64 = 15_000
    /// Longest silence while a download is under way.
    package var idleMilliseconds: Int64 = 30_000
    /// One download from start to end, so that a server that sends a byte now and then cannot hold the run for ever.
    package var totalMilliseconds: Int64 = 3_600_000
    /// Body of an answer that is thrown away (an error page, a redirect's text) before the link is closed.
    package var discardedBytesMax = 64 << 10

    package init() {}

    /// Bytes of a tar stream: the contents, and for each entry its header, padding and extended headers.
    var streamBytesMax: Int64 { packageBytesMax + Int64(entriesMax) * 8_192 }
}
