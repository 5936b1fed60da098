import CPlushSystem
import Glibc

@testable import PlushRuntime

/// Runs one process to its end for a test: feeds its input, gathers its output, and waits for it, without sleeping.
struct ProcessesRunner {
    struct Result {
        var output: [UInt8]
        var error: [UInt8]
        var status: ExitStatus?

        var text: String { String(decoding: output, as: UTF8.self) }
    }

    static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    /// An owner that leaves the other children of the test process, and its signal mask, alone.
    static func makeOwner() throws -> ChildProcesses {
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try ChildProcesses(adoptsOrphans: false)
    }

    static func shell(_ line: String) throws -> Result {
        try run(ChildProcessRequest(arguments: ["/bin/sh", "-c", line], environment: environment, directory: "/"))
    }

    static func run(_ request: ChildProcessRequest, input: [UInt8] = []) throws -> Result {
        let owner = try makeOwner()
        return finish(try owner.spawn(request), of: owner, input: input)
    }

    static func finish(_ child: SpawnedChild, of owner: ChildProcesses, input: [UInt8] = []) -> Result {
        var result = Result(output: [], error: [])
        var unsent = input[...]
        var descriptors = [child.standardOutput, child.standardError, child.standardInput ?? -1]
        while descriptors[0] >= 0 || descriptors[1] >= 0 {
            var events = [
                pollfd(fd: descriptors[0], events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptors[1], events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptors[2], events: Int16(POLLOUT), revents: 0),
            ]
            _ = poll(&events, nfds_t(events.count), -1)
            if events[0].revents != 0 { drain(&descriptors[0], into: &result.output) }
            if events[1].revents != 0 { drain(&descriptors[1], into: &result.error) }
            if events[2].revents != 0 {
                let count = unsent.withUnsafeBytes { write(descriptors[2], $0.baseAddress, $0.count) }
                unsent = unsent.dropFirst(max(count, 0))
                if unsent.isEmpty || count < 0 {
                    close(descriptors[2])
                    descriptors[2] = -1
                }
            }
        }
        if descriptors[2] >= 0 { close(descriptors[2]) }
        result.status = wait(for: child.pid, of: owner)
        return result
    }

    /// Waits without reaping, then lets the owner reap.
    static func wait(for pid: Int32, of owner: ChildProcesses) -> ExitStatus? {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        return owner.reap().first { $0.pid == pid }?.status
    }

    private static func drain(_ descriptor: inout Int32, into bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 {
            bytes += buffer.prefix(count)
        } else if count == 0 || errno != EAGAIN {
            close(descriptor)
            descriptor = -1
        }
    }

    /// The helper executable, which the build puts beside the test runner.
    static func probe(_ words: String...) throws -> Result {
        try run(ChildProcessRequest(arguments: [probePath] + words, environment: environment, directory: "/"))
    }

    static var probePath: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let runner = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return runner.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/plush-runtime-probe"
    }
}
