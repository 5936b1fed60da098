import ArgumentParser
import Foundation
import Glibc
import PlushController

/// A program that goes on in the background when it says so: it begins as this process's child, with its terminal, so
/// that passphrases can be asked for and Ctrl-C stops it, and leaves the terminal once it is ready.
enum Background {
    /// The descriptor on which the child says that it is ready.
    private static let descriptor: Int32 = 3

    /// Starts this program again with one more option behind its command, and returns its exit code, or the one with which
    /// it says that it is ready.
    static func start(command: String, option: String) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ValidationError("no more open files (see ulimit -n)") }
        var words = CommandLine.arguments
        let place = (words.firstIndex(of: command) ?? 0) + 1
        words.insert("\(option)=\(descriptor)", at: place)
        let process = try spawn(words, ready: ends[1])
        close(ends[1])
        SignalForwarding.begin(to: process)
        var code: UInt8 = 0
        while true {
            let count = read(ends[0], &code, 1)
            if count < 0, errno == EINTR { continue }
            if count == 1 { return Int32(code) }
            return wait(process)
        }
    }

    private static func spawn(_ words: [String], ready: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // What this process was given besides is none of the overlay's business, for as long as that stands.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let number = Int32(name), number > STDERR_FILENO { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
        posix_spawn_file_actions_adddup2(&actions, ready, descriptor)
        let arguments = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        var process = pid_t(0)
        let failure = posix_spawn(&process, "/proc/self/exe", &actions, nil, arguments, environ)
        guard failure == 0 else { throw ValidationError("plush cannot start itself: errno \(failure)") }
        return process
    }

    private static func wait(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    }

    /// Says that this process is ready, with the exit code for who started it. False where that is gone: nobody will know
    /// of what was built.
    static func sayReady(_ code: Int32, on descriptor: Int32) -> Bool {
        var byte = UInt8(truncatingIfNeeded: code)
        defer { close(descriptor) }
        return write(descriptor, &byte, 1) == 1
    }

    /// Leaves the terminal and everything else that this process was given; what it says goes to a log.
    static func detach(log path: String) {
        // It is no leader of a group, because it shares that of the process that started it.
        setsid()
        signal(SIGHUP, SIG_IGN)
        chdir("/")
        let input = open("/dev/null", O_RDWR | O_CLOEXEC)
        var log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if log < 0 { log = input }
        dup2(input, STDIN_FILENO)
        for standard in [STDOUT_FILENO, STDERR_FILENO] { dup2(log, standard) }
        for opened in Set([input, log]) where opened > STDERR_FILENO { close(opened) }
    }
}

/// Signals that somebody sends to this process alone while a child does its work. What a terminal sends, the child gets
/// by itself.
private enum SignalForwarding {
    nonisolated(unsafe) private static var child: pid_t = 0

    static func begin(to process: pid_t) {
        // Written before any handler can run.
        child = process
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            action.sa_flags = SA_SIGINFO | SA_RESTART
            action.__sigaction_handler.sa_sigaction = { number, information, _ in
                guard let information, information.pointee.si_code <= 0 else { return }
                kill(SignalForwarding.child, number)
            }
            sigaction(number, &action, nil)
        }
    }
}
