import Foundation
import Testing

/// The programs under test: those of the build that this test bundle belongs to.
enum Binaries {
    static func plush() throws -> String { try find("plush") }
    static func agent() throws -> String { try find("plush-agent") }

    private static func find(_ name: String) throws -> String {
        let places = candidates.map { "\($0)/\(name)" }
        let found = places.first { FileManager.default.isExecutableFile(atPath: $0) }
        return try #require(found, "\(name) is not built: run `swift build` (looked for \(places))")
    }

    /// Beside the bundle, which is an argument of the program that runs the tests, or the program itself.
    private static var candidates: [String] {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundles = [program] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        return bundles.map { ($0 as NSString).deletingLastPathComponent } + ["\(package)/.build/debug"]
    }

    /// The folder of the package.
    static var package: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
    }
}
