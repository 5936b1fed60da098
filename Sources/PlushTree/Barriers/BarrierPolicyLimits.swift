/// The limits of barrier policies, each with its reason.
public enum BarrierPolicyLimits {
    /// A count of hosts, or a limit of permits: ranks above are not addressed by any overlay that was ever simulated.
    public static let hostsMax = 1_000_000
    /// Hosts per second, minute or hour; a million a second is "all at once".
    public static let rateMax = 1_000_000
    /// The longest time in a policy, in milliseconds: a year is either "for ever", said by leaving it out, or a typing
    /// error.
    public static let millisecondsMax = 366 * 24 * 3_600_000
    /// Participants that a knee needs at least: with fewer there is no curve to find one in.
    public static let kneeHostsMin = 4
    /// The percentage below which a knee is never believed, where the policy names none: half of the hosts have not
    /// come, so whatever the curve looks like, it is its beginning.
    public static let kneeMinimumPercent = 50
    /// Characters of a word that an error repeats.
    static let excerptMax = 40
}
