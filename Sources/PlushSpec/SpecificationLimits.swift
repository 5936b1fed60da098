/// The limits of a specification, each with its reason. A file beyond one is refused with an error that states it.
public enum SpecificationLimits {
    /// Bytes of a file: figure 3 has about 750; 1 MiB holds thousands of processes.
    public static let fileBytesMax = 1 << 20
    /// Elements within elements: the language itself needs 8 (`plush` to `variable`).
    public static let depthMax = 16
    /// Elements of a file: bounds time and memory whatever the bytes say.
    public static let elementsMax = 20_000
    /// Attributes of one element: the language has at most seven.
    public static let attributesMax = 16
    /// Bytes of one text or attribute: Linux refuses an argument of 128 KiB (MAX_ARG_STRLEN), this leaves room.
    public static let textBytesMax = 64 << 10
    /// Bytes of a name: names become parts of file names, which may have 255 bytes.
    public static let nameBytesMax = 100
    /// Bytes of a path: PATH_MAX of Linux without its final zero.
    public static let pathBytesMax = 4_095
    /// Bytes of a URL: what common servers accept.
    public static let urlBytesMax = 8_000
    /// Hosts of one cluster: the simulator goes to 100,000, real trees do not yet.
    public static let hostsMax = 100_000
    /// The longest time-out of a process: a year is either "for ever", said by leaving it out, or a typing error.
    public static let timeoutMax = Duration.seconds(366 * 24 * 3600)
    /// Faults reported for one file: more than a screen of them helps nobody.
    public static let faultsMax = 50
}
