import Foundation
import Synchronization
import Testing

/// A process with pipes for its streams, driven by a test.
final class Program: Sendable {
    /// How a process ended.
    struct End: Sendable {
        let code: Int32
        let output: [UInt8]
        let errorText: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    private struct State {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var status: Int32?
        var openStreams = 2
    }

    let process: pid_t
    private let outputDescriptor: Int32
    private let state = Mutex(State())

    /// Starts a program. `readsOutput`: whether its standard output is read from the beginning, or left in the pipe
    /// until ``drain()``.
    init(_ words: [String], environment: [String: String], directory: String, readsOutput: Bool = true) throws {
        let output = try Self.pipe()
        let error = try Self.pipe()
        // env(1) changes the directory and becomes the program.
        process = try Self.spawn(
            ["/usr/bin/env", "-C", directory] + words, environment, output: output[1], error: error[1])
        close(output[1])
        close(error[1])
        outputDescriptor = output[0]
        if readsOutput { drain() }
        let errorDescriptor = error[0]
        Thread.detachNewThread { [self] in read(errorDescriptor) { state, bytes in state.error += bytes } }
        Thread.detachNewThread { [self] in wait() }
    }

    private static func pipe() throws -> [Int32] {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
        return ends
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], output: Int32, error: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        // A group of its own, and the signals of a fresh shell: other tests of this process must not show through.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process = pid_t(0)
        let failure = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
        try #require(failure == 0, "\(words[0]) cannot be started: errno \(failure)")
        return process
    }

    /// Reads standard output from now on.
    func drain() {
        Thread.detachNewThread { [self] in read(outputDescriptor) { state, bytes in state.output += bytes } }
    }

    private func read(_ descriptor: Int32, _ store: (inout State, ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            state.withLock { store(&$0, buffer[..<count]) }
        }
        close(descriptor)
        state.withLock { $0.openStreams -= 1 }
    }

    private func wait() {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        // As a shell says it.
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
        state.withLock { $0.status = code }
    }

    var output: [UInt8] { state.withLock(\.output) }
    var errorText: String { String(decoding: state.withLock(\.error), as: UTF8.self) }
    var hasEnded: Bool { state.withLock { $0.status != nil } }

    /// Complete lines of standard output so far, as JSON objects.
    func events() throws -> [JSONEvent] {
        let bytes = output
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return try JSONEvent.parse(Array(bytes[...last]))
    }

    func signal(_ number: Int32) {
        if !hasEnded { kill(process, number) }
    }

    /// Waits for the end of the process and of its streams; kills it when that takes too long.
    func end(
        within seconds: Double = Patience.run, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> End {
        let inTime = await eventually(within: seconds) {
            self.state.withLock { $0.status != nil && $0.openStreams == 0 }
        }
        if !inTime { signal(SIGKILL) }
        try #require(
            inTime, "no end within \(seconds) s; standard error so far: \(errorText)", sourceLocation: sourceLocation)
        return state.withLock { state in
            End(
                code: state.status ?? -1, output: state.output,
                errorText: String(decoding: state.error, as: UTF8.self))
        }
    }
}

/// How long a test waits before it gives up: far above what anything takes, so that only a fault meets it.
enum Patience {
    static let run = 60.0
    static let step = 30.0
}

/// Asks again and again until it is so; false when the time is over.
func eventually(within seconds: Double = Patience.step, _ isSo: () throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        if try isSo() { return true }
        if ContinuousClock.now > end { return false }
        try? await Task.sleep(for: .milliseconds(10))
    }
}
