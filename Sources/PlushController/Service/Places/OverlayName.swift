/// The rule for names of overlays: they are names of directories, and typed often.
enum OverlayName {
    /// What it is called where nothing is said.
    static let standard = "main"

    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= ServiceLimits.nameBytesMax else { return false }
        return isLetterOrDigit(first) && name.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    static func checked(_ name: String) throws(ControllerError) -> String {
        guard isValid(name) else {
            throw ControllerError(
                .usage, "'\(name)' is no name for an overlay",
                remedy:
                    "take 1 to \(ServiceLimits.nameBytesMax) letters, digits, '.', '_' and '-', the first a letter or digit"
            )
        }
        return name
    }
}
