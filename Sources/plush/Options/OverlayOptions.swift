import ArgumentParser
import PlushController

/// Which overlay, for every command that uses one that is up.
struct OverlayOptions: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("The overlay to use (default: the only one that is up).", valueName: "name"),
        completion: .custom { _, _, _ in OverlayPlaces().living.map(\.name) })
    var name: String?

    /// Connects to it. What is wrong ends the program: with code 2 where it is not there, with 5 where it fails.
    func connect() throws -> OverlayClient {
        try Self.connect(name)
    }

    static func connect(_ name: String?) throws -> OverlayClient {
        let places = OverlayPlaces()
        return try CommandError.reported { try OverlayClient(try places.choose(name), in: places) }
    }
}

/// Errors of commands that use an overlay: told, and made an exit code.
enum CommandError {
    static func reported<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ExitCode(Session.report(error))
        }
    }

    static func reported<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw ExitCode(Session.report(error))
        }
    }
}
