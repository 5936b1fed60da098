import CPlushSystem
import Glibc
import PlushProtocol

/// The machine's clock: the one place of the runtime that reads it.
package enum SystemClock {
    /// Since boot, counting sleep.
    package static var now: Instant {
        Instant(nanoseconds: plush_boot_nanoseconds())
    }
}

/// The kernel's randomness, for keys.
package enum SystemRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { plush_random_fill($0.baseAddress, $0.count) }
        precondition(result == 0, "the kernel gives no random bytes (errno \(errno))")
        return bytes
    }
}
