import CPlushSystem
import Glibc

/// Runs OpenSSH's own programs: what they know about configurations and key files is not written a second time here.
enum OpenSSHTool {
    /// What became of a program.
    struct Outcome: Sendable {
        /// The exit code; nil where a signal ended it, or the time was up.
        var code: Int32?
        var output: [UInt8]
        var error: [UInt8]
        /// Whether it was ended because it took too long.
        var isLate: Bool

        /// What it had to say, in one line that is fit for a terminal.
        var words: String {
            let lines = String(decoding: error, as: UTF8.self).split(whereSeparator: \.isNewline)
            let text = lines.map(String.init).joined(separator: "; ")
            return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
        }
    }

    /// Bytes kept of each of a program's outputs; the rest is read and dropped, so that it does not get stuck.
    private static let keptBytesMax = 2 << 20

    /// Where a program is, by the PATH of `environment`.
    static func find(_ name: String, environment: [String: String]) -> String? {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Starts a program; returns its process id. A negative descriptor is /dev/null. In a group of its own it can be
    /// ended with all that it starts; in ours it may ask the user for a passphrase. Other descriptors are not closed here:
    /// everything that plush opens closes by itself.
    static func start(
        _ arguments: [String], environment: [String: String], input: Int32, output: Int32, error: Int32, ownGroup: Bool,
    ) -> Result<pid_t, PlushErrno> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in [input, output, error].enumerated() {
            if descriptor >= 0 {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // plush ignores SIGPIPE, and some threads block signals; neither is to be handed on.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        if ownGroup { flags |= POSIX_SPAWN_SETPGROUP }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, arguments[0], &actions, &attributes, &words, &settings)
        return status == 0 ? .success(pid) : .failure(PlushErrno(number: status))
    }

    /// Runs a program to its end, on a thread that may block. `input`: a descriptor, or below 0; `started` hears its
    /// process id.
    static func run(
        _ arguments: [String], environment: [String: String], input: Int32 = -1, ownGroup: Bool = true,
        milliseconds: UInt64, cancel: BlockingWork.CancelFlag, started: (pid_t) -> Void = { _ in },
    ) throws -> Outcome {
        var output: [Int32] = [-1, -1]
        var error: [Int32] = [-1, -1]
        guard plush_pipe(&output) == 0 else { throw PlushErrno(number: errno) }
        defer { for end in output + error where end >= 0 { close(end) } }
        guard plush_pipe(&error) == 0 else { throw PlushErrno(number: errno) }
        let pid = try start(
            arguments, environment: environment, input: input, output: output[1], error: error[1], ownGroup: ownGroup
        ).get()
        started(pid)
        close(output[1])
        close(error[1])
        output[1] = -1
        error[1] = -1

        var outcome = Outcome(code: nil, output: [], error: [], isLate: false)
        let deadline = plush_monotonic_nanoseconds() + milliseconds * 1_000_000
        var status: Int32 = 0
        while true {
            let isQuiet = !drain(output[0], into: &outcome.output, error[0], into: &outcome.error)
            // Something that it left running may hold the pipes open: its own end is what counts.
            if isQuiet, waitpid(pid, &status, WNOHANG) == pid { break }
            let isCancelled = (try? cancel.check()) == nil
            guard !isCancelled, plush_monotonic_nanoseconds() < deadline else {
                outcome.isLate = true
                end(pid, ownGroup: ownGroup, status: &status)
                try cancel.check()
                return outcome
            }
        }
        _ = drain(output[0], into: &outcome.output, error[0], into: &outcome.error, waits: false)
        outcome.code = status & 0x7f == 0 ? (status >> 8) & 0xff : nil
        return outcome
    }

    /// Asks first: whoever is reading a passphrase has to give the terminal its echo back.
    private static func end(_ pid: pid_t, ownGroup: Bool, status: inout Int32) {
        let target = ownGroup ? -pid : pid
        kill(target, SIGTERM)
        for _ in 0..<100 {
            if waitpid(pid, &status, WNOHANG) == pid {
                kill(ownGroup ? -pid : 0, ownGroup ? SIGKILL : 0)
                return
            }
            usleep(5_000)
        }
        kill(target, SIGKILL)
        waitpid(pid, &status, 0)
    }

    /// Reads what is there, having waited for it for a moment. Returns whether anything came.
    private static func drain(
        _ first: Int32, into firstBytes: inout [UInt8], _ second: Int32, into secondBytes: inout [UInt8],
        waits: Bool = true,
    ) -> Bool {
        var events = [first, second].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&events, nfds_t(events.count), waits ? 20 : 0) > 0 else { return false }
        let didRead = events[0].revents != 0 && take(first, &firstBytes)
        let didReadSecond = events[1].revents != 0 && take(second, &secondBytes)
        // Both at their end: poll returns at once from now on, so the wait is made up for here.
        if !didRead, !didReadSecond, waits { usleep(500) }
        return didRead || didReadSecond
    }

    private static func take(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        bytes += buffer.prefix(min(count, max(0, keptBytesMax - bytes.count)))
        return true
    }
}

/// A failed call of the system.
struct PlushErrno: Error, CustomStringConvertible {
    let number: Int32

    var description: String { String(cString: plush_error_words(number)) }
}
