/// The receiving half of a link's credit (rule 10): absolute and cumulative, so a repeated or lost announcement does
/// no harm. The sender may have sent `announced` bytes in total; what was received is held until it is freed.
package struct CreditWindow: Sendable {
    package let windowBytes: UInt64
    private var received: UInt64 = 0
    private var freed: UInt64 = 0
    private var announced: UInt64

    package init(windowBytes: UInt64) {
        self.windowBytes = windowBytes
        announced = windowBytes
    }

    /// Bytes that are held at this moment; never more than the window.
    package var heldBytes: UInt64 {
        received - freed
    }

    /// Takes bytes in; false when the sender went beyond its credit, which ends the link.
    package mutating func receive(_ bytes: UInt64) -> Bool {
        guard bytes <= announced - received else { return false }
        received += bytes
        return true
    }

    /// Lets bytes go, and returns the new total to announce once a quarter of the window has come free.
    package mutating func free(_ bytes: UInt64) -> UInt64? {
        precondition(bytes <= heldBytes, "freed \(bytes) of \(heldBytes) bytes held")
        freed += bytes
        guard freed + windowBytes - announced >= windowBytes / 4 else { return nil }
        announced = freed + windowBytes
        return announced
    }
}

/// The sending half: how much has been sent, and how much may be.
package struct CreditAllowance: Sendable {
    private var sent: UInt64 = 0
    private var granted: UInt64

    package init(granted: UInt64) {
        self.granted = granted
    }

    /// Takes an announcement; an older one changes nothing.
    package mutating func grant(upTo total: UInt64) {
        granted = max(granted, total)
    }

    /// Uses credit for `bytes`; false, and nothing is used, when there is not enough.
    package mutating func use(_ bytes: UInt64) -> Bool {
        guard bytes <= granted - sent else { return false }
        sent += bytes
        return true
    }
}
