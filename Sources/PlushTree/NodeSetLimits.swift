/// The limits of node-set text, each with its reason. They are checked before anything is allocated for the names.
public enum NodeSetLimits {
    /// Names of one text, repeated ones counted: ten times the largest tree that the simulator builds, 64 MiB of names.
    public static let namesMax = 1 << 20
    /// Bytes of a text: a million names are written as a few ranges or in a file.
    public static let textBytesMax = 1 << 20
    /// Bytes of a name: a DNS name has at most 253 (RFC 1035), and names become names of directories (NAME_MAX).
    public static let nameBytesMax = 255
    /// Groups within groups: what a site nests, and far from what the stack takes.
    package static let groupDepthMax = 16
    /// Digits of a number within brackets without its leading zeros: what 64 bits surely hold.
    package static let digitsMax = 18
    /// Characters of a text that an error repeats.
    package static let excerptMax = 40
}
