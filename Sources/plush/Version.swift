import CPlushSystem

/// What was built.
enum Version {
    static var text: String {
        String(cString: plush_build_version())
    }
}
