import Foundation
import Testing

@testable import PlushController

/// A directory for one test, removed with it.
final class Workspace: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "plush-packages-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var staging: String { path + "/staging" }

    /// Names left in the staging directory.
    var staged: [String] { (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? [] }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String, mode: Int = 0o644) throws -> String {
        let file = path + "/" + name
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// Runs a tool in this directory, and fails the test when it fails.
    func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments)")
    }
}

func contents(_ file: StagedFile) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.location)), as: UTF8.self)
}

/// The `PackageError` that `body` throws.
func packageError<Value>(
    _ body: () async throws -> Value, sourceLocation: SourceLocation = #_sourceLocation,
) async throws -> PackageError {
    try #require(await #expect(throws: PackageError.self, sourceLocation: sourceLocation) { _ = try await body() })
}
