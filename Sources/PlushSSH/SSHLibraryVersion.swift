import CSSH2

/// The library behind this module.
package enum SSHLibraryVersion {
    /// Its version, as `1.10.0`.
    package static var text: String {
        libssh2_version(0).map { String(cString: $0) } ?? "?"
    }
}
