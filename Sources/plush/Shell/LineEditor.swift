import Foundation
import Glibc

/// Reads lines: on a terminal with editing, history and completion by libedit where that is there, else as they come.
///
/// The library is looked for when it is wanted and not linked, because nothing else of `plush` needs it. Its functions are
/// those of `editline/readline.h`. There is one editor in a process, as the library has it.
final class LineEditor {
    private typealias ReadLine = @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?
    private typealias Number = @convention(c) (UnsafePointer<CChar>?) -> CInt
    private typealias Limit = @convention(c) (CInt) -> Void
    private typealias Start = @convention(c) () -> Void
    private typealias Complete =
        @convention(c) (UnsafePointer<CChar>?, CInt, CInt) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    fileprivate typealias Generate =
        @convention(c) (UnsafePointer<CChar>?, CInt) -> UnsafeMutablePointer<CChar>?
    fileprivate typealias Matches =
        @convention(c) (UnsafePointer<CChar>?, Generate?) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

    private static let historyMax: CInt = 1_000
    private let historyPath: String
    private let readLine: ReadLine?
    private let remember: Number?
    private let writeHistory: Number?
    private var last = ""

    /// `words`: what the first word of a line may be; `hosts`: what any other may be.
    init(words: [String], hosts: [String], historyPath: String) {
        self.historyPath = historyPath
        let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        guard isTerminal, let library = dlopen("libedit.so.2", RTLD_NOW) ?? dlopen("libedit.so.0", RTLD_NOW) else {
            (readLine, remember, writeHistory) = (nil, nil, nil)
            return
        }
        func function<Function>(_ name: String, _: Function.Type) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: Function.self) }
        }
        readLine = function("readline", ReadLine.self)
        remember = function("add_history", Number.self)
        writeHistory = function("write_history", Number.self)
        function("using_history", Start.self)?()
        function("stifle_history", Limit.self)?(Self.historyMax)
        _ = function("read_history", Number.self)?(historyPath)
        // While somebody types, Ctrl-C is a key, which takes the line away.
        for setting in ["setty -d -isig", "bind ^C em-kill-line"] {
            _ = function("rl_parse_and_bind", Number.self)?(setting)
        }
        Completion.words = words
        Completion.hosts = hosts
        Completion.matches = function("rl_completion_matches", Matches.self)
        dlsym(library, "rl_attempted_completion_function")?.assumingMemoryBound(to: Complete?.self).pointee = {
            text, start, _ in Completion.complete(text, isFirst: start == 0)
        }
    }

    /// The next line; nil at the end.
    func read(_ prompt: String) -> String? {
        guard let readLine else {
            if isatty(STDIN_FILENO) == 1 { Terminal.output(Array(prompt.utf8)) }
            return Swift.readLine()
        }
        guard let line = readLine(prompt) else { return nil }
        defer { free(line) }
        let text = String(cString: line)
        if !text.allSatisfy(\.isWhitespace), text != last {
            last = text
            _ = remember?(line)
            keepHistory()
        }
        return text
    }

    /// What was typed is the user's alone.
    private func keepHistory() {
        let mask = umask(0o077)
        _ = writeHistory?(historyPath)
        umask(mask)
    }
}

/// What the library asks for while somebody types. It calls functions without a context.
private enum Completion {
    // Set before the first line is read, and used by the thread that reads lines alone.
    nonisolated(unsafe) static var words: [String] = []
    nonisolated(unsafe) static var hosts: [String] = []
    nonisolated(unsafe) static var matches: LineEditor.Matches?
    nonisolated(unsafe) fileprivate static var candidates: ArraySlice<String> = []

    /// More than anybody reads.
    private static let shownMax = 500

    static func complete(
        _ text: UnsafePointer<CChar>?, isFirst: Bool
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        let prefix = text.map { String(cString: $0) } ?? ""
        candidates = (isFirst ? words : hosts).filter { $0.hasPrefix(prefix) }.prefix(shownMax)
        guard !candidates.isEmpty else { return nil }
        // Asked again and again until there is none; the library frees them.
        return matches?(text) { _, _ in Completion.candidates.popFirst().flatMap { strdup($0) } }
    }
}
