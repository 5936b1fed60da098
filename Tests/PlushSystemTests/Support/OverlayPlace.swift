import Foundation
import Testing

/// A place with a home of its own, in which overlays are up in the background.
final class OverlayPlace: Sendable {
    let place: Place

    init() throws {
        place = try Place()
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    }

    /// A controller in the background is no child of a test: one that failed half-way leaves none of it running.
    deinit {
        for entry in place.processes { kill(entry.process, SIGKILL) }
    }

    var home: String { place.file("home") }
    var state: String { home + "/.plush/overlays" }

    /// What overlays have left below the home.
    var remains: [String] { (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? [] }

    func plush(_ words: String..., environment: [String: String] = [:], readsOutput: Bool = true) throws -> Program {
        var variables = environment
        variables["HOME"] = home
        return try place.start([Binaries.plush()] + words, environment: variables, readsOutput: readsOutput)
    }

    /// A shell, in which `plush` is the one under test.
    func shell(_ line: String, input: String? = nil) throws -> Program {
        let directory = (try Binaries.plush() as NSString).deletingLastPathComponent
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try place.start(
            ["/bin/bash", "-c", line], environment: ["HOME": home, "PATH": "\(directory):\(path)"])
    }

    /// Builds an overlay on this machine.
    func up(
        _ hosts: Int, name: String = "lab", options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let words = ["up", "--local", "\(hosts)", "--name", name] + options
        let end = try await place.start([Binaries.plush()] + words, environment: ["HOME": home]).end()
        try #require(end.code == 0, "\(end.errorText)", sourceLocation: sourceLocation)
    }

    /// The process of the controller of the only overlay.
    func controller() async throws -> pid_t {
        let events = try await plush("ls", "--json").end().events()
        return pid_t(try #require(events.first).number("process"))
    }

    /// Ends the only overlay, and looks whether anything is left.
    func down(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = try await plush("down").end()
        #expect(end.code == 0, "\(end.errorText)", sourceLocation: sourceLocation)
        await expectNothingLeft(sourceLocation: sourceLocation)
    }

    func expectNothingLeft(
        within seconds: Double = Patience.step, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await place.expectNothingLeft(within: seconds, sourceLocation: sourceLocation)
        #expect(remains == [], sourceLocation: sourceLocation)
    }
}
