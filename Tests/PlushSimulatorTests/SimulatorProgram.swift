import Foundation
import Testing

/// `plush-sim` as a process.
enum SimulatorProgram {
    static func run(_ arguments: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try binary())
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Beside the bundle, which is an argument of the program that runs the tests, or the program itself.
    private static func binary() throws -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundles = [program] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let places = bundles.map { ($0 as NSString).deletingLastPathComponent } + ["\(root)/.build/debug"]
        let found = places.map { "\($0)/plush-sim" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return try #require(found, "plush-sim is not built (looked in \(places))")
    }
}
