/// Times and sizes of barriers, each with its reason.
package enum BarrierLimits {
    /// Between two reports of a relay that has not everybody, where the root wants to know meanwhile: shorter than a
    /// person sees, and ten messages a second and child.
    package static let reportMilliseconds: UInt64 = 100
    /// A window of a fixed rate. Shorter ones cost more messages, longer ones make larger bursts.
    package static let rateWindowMilliseconds: UInt64 = 250
    /// How long a pass is valid: it has to come down the tree and find a host that waits. Bursts grow with it.
    package static let passMilliseconds: UInt64 = 2_000
    /// Added to the lease of a subtree that was lost before its permits are given out anew: its agents end with their
    /// lease, and need a moment to stop what runs (rule 8).
    package static let graceMilliseconds: UInt64 = 5_000
    /// Barriers of one overlay: bounds what a log can make an agent keep.
    package static let barriersMax = 1_024
    /// Released generations that are remembered whole, for those who come late.
    package static let generationsKept: UInt64 = 4
    /// Permits that an adaptive limit begins with: enough to see a difference, few enough to harm nothing.
    package static let adaptiveStart = 16
    /// Permits of an adaptive barrier that names no maximum; a limit above is "all at once".
    package static let adaptiveMaximum = 4_096
}
