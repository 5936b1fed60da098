import Foundation
import Testing

/// `TraceStable`: what one process draws from a seed, another draws as well.
@Suite struct ProcessTests {
    @Test func twoProcessesGiveTheSameTraces() throws {
        let first = try Self.hashes(from: 1)
        #expect(first.count == 6)
        #expect(try Self.hashes(from: 1) == first)
        #expect(try Self.hashes(from: 7) != first)
    }

    @Test func wrongOptionsEndWithTwo() throws {
        for options in [["--hosts", "9-3"], ["--kinds", "rain"], ["--count", "0"], ["scenario", "none.scenario"]] {
            #expect(try Self.run(options).code == 2, "\(options)")
        }
    }

    private static func hashes(from seed: Int) throws -> [Substring] {
        let (code, text) = try run(["--seed", "\(seed)", "--count", "5", "--hosts", "5-20", "--hashes"])
        #expect(code == 0, "\(text)")
        return text.split(separator: "\n")
    }

    private static func run(_ arguments: [String]) throws -> (code: Int32, text: String) {
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
