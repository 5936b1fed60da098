import ArgumentParser
import Foundation

/// Colours, on terminals alone (https://no-color.org).
struct Paint {
    /// What `--color` takes.
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    /// What a text is, not how it looks.
    enum Role: String {
        case host = "36"
        case failure = "31"
        case success = "32"
        case heading = "1"
    }

    private let output: Bool
    private let error: Bool

    init(_ choice: Choice) {
        let environment = ProcessInfo.processInfo.environment
        let isPlain = environment["NO_COLOR", default: ""] != "" || environment["TERM", default: "dumb"] == "dumb"
        output = choice == .always || (choice == .auto && Terminal.isOutputTerminal && !isPlain)
        error = choice == .always || (choice == .auto && Terminal.isErrorTerminal && !isPlain)
    }

    /// For standard output.
    func onOutput(_ text: String, _ role: Role) -> String {
        output ? Self.painted(text, role) : text
    }

    /// For standard error.
    func onError(_ text: String, _ role: Role) -> String {
        error ? Self.painted(text, role) : text
    }

    private static func painted(_ text: String, _ role: Role) -> String {
        text.isEmpty ? "" : "\u{1b}[\(role.rawValue)m\(text)\u{1b}[0m"
    }
}
