import CSodium

/// Start-up of libsodium.
enum Sodium {
    /// Picks the fastest implementations for this processor. A `static let` runs once whatever the threads; without
    /// it everything works, three times slower.
    private static let started: Int32 = sodium_init()

    /// Called by whatever creates a key, a cipher or a hash, never per record.
    static func start() {
        precondition(started >= 0, "libsodium could not start: no source of random bytes on this system")
    }
}
