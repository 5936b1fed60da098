import CPlushSystem

/// Finds every process below this one, whatever process group or session it moved to.
package enum DescendantSweep {
    /// Sends a signal to all descendants, parents first; returns how many were reached, zombies included.
    @discardableResult
    package static func signal(_ number: Int32) -> Int {
        Int(max(plush_signal_descendants(number, 0), 0))
    }

    /// How many descendants there are, zombies included.
    package static func count() -> Int {
        Int(max(plush_signal_descendants(0, 0), 0))
    }
}
