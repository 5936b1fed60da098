import Foundation

/// Paths that must mean the same to agents, which have other working directories.
enum AbsolutePath {
    static func of(_ path: String) -> String {
        URL(fileURLWithPath: path).path
    }
}
