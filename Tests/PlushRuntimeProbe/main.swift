// A process to be tested from outside: what concerns a whole process (its signals, its descriptors, its death) cannot
// be tried inside the test runner, which has threads, children and descriptors of its own.
import CPlushSystem
import Glibc
import PlushRuntime

func say(_ text: String) {
    _ = Array((text + "\n").utf8).withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

func fail(_ text: String) -> Never {
    say("failed: \(text)")
    exit(99)
}

let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

func shell(_ line: String) -> ChildProcessRequest {
    ChildProcessRequest(arguments: ["/bin/sh", "-c", line], environment: environment, directory: "/")
}

/// The names in a directory, `.` and `..` apart.
func nameCount(_ path: String) -> Int {
    guard let directory = opendir(path) else { return -1 }
    defer { closedir(directory) }
    var count = -2
    while readdir(directory) != nil { count += 1 }
    return count
}

/// The guardian's Private_Dirty and open descriptors, once it has come to rest.
func describeGuardian() -> String {
    let process = "/proc/\(getppid())"
    var left = 500
    while nameCount(process + "/fd") != 0 && left > 0 {
        _ = poll(nil, 0, 10)
        left -= 1
    }
    let file = open(process + "/smaps_rollup", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    let lines = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
    let dirty = lines.first { $0.hasPrefix("Private_Dirty:") }?.split(separator: " ").dropFirst().first
    return "descriptors \(nameCount(process + "/fd")) dirty \((dirty.flatMap { Int($0) } ?? -1) * 1024)"
}

/// Waits on the signal descriptor until `isDone`.
func run(_ children: ChildProcesses, until isDone: ([(pid: Int32, status: ExitStatus)]) -> Bool) {
    while true {
        var events = pollfd(fd: children.signalDescriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&events, 1, -1)
        if isDone(children.reap()) { return }
    }
}

/// The agent's part: guarded, with a directory, running one shell line whose exit code becomes its own.
func runGuarded(directory: String, line: String) throws {
    guard plush_guard(directory, CommandLine.argc, CommandLine.unsafeArgv) == 0 else { fail("guard \(errno)") }
    let home = try AgentDirectory(creatingAt: directory)
    _ = try home.application("demo")
    let children = try ChildProcesses()
    let child = try children.spawn(shell(line))
    var first: UInt8 = 0
    var ready = pollfd(fd: child.standardOutput, events: Int16(POLLIN), revents: 0)
    _ = poll(&ready, 1, -1)
    _ = read(child.standardOutput, &first, 1)
    say("guardian \(getppid()) agent \(getpid()) child \(child.pid) \(describeGuardian())")
    run(children) { ended in
        for (_, status) in ended {
            if case .exited(let code) = status { exit(code) }
            exit(98)
        }
        return false
    }
}

/// Many children, good and bad, at once: all are reaped, no descriptor stays.
func runMany(_ count: Int) throws {
    let children = try ChildProcesses()
    let before = nameCount("/proc/self/fd")
    var left = 0
    for index in 0..<count {
        let child = try children.spawn(shell("exit \(index % 7)"))
        left += 1
        close(child.standardOutput)
        close(child.standardError)
        _ = try? children.spawn(ChildProcessRequest(arguments: ["/does/not/exist"], input: .pipe))
    }
    var sum: Int32 = 0
    run(children) { ended in
        for (_, status) in ended {
            left -= 1
            if case .exited(let code) = status { sum += code }
        }
        return left == 0
    }
    say("sum \(sum) leaked \(nameCount("/proc/self/fd") - before) running \(children.running.count)")
}

/// Orphans of a command come to the agent, are reaped in silence, and a sweep finds those in sessions of their own.
func runOrphans() throws {
    // The agent's half of a guarded process is the subreaper.
    guard plush_guard(nil, CommandLine.argc, CommandLine.unsafeArgv) == 0 else { fail("guard \(errno)") }
    let children = try ChildProcesses()
    let child = try children.spawn(shell("(setsid sleep 600 &); (sleep 600 &); (true &); exit 3"))
    var reported: [ExitStatus] = []
    run(children) { ended in
        reported += ended.map(\.status)
        return !reported.isEmpty
    }
    let left = DescendantSweep.count() >= 2
    let inGroup = children.signalGroup(child.pid, signal: SIGTERM)
    run(children) { ended in
        reported += ended.map(\.status)
        children.killEverything()
        return DescendantSweep.count() == 0
    }
    say("reported \(reported) left \(left) inGroup \(inGroup) now \(DescendantSweep.count())")
}

/// What a child sees: its descriptors, its limit of open files, its signals.
func runInheritance() throws {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    _ = open("/etc/passwd", O_RDONLY)
    var limit = rlimit(rlim_cur: 256, rlim_max: 4096)
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    let raised = plush_raise_open_files()
    let children = try ChildProcesses()
    // The shell's own descriptor for reading the directory is the one number above 2.
    let line = "ulimit -n; ls /proc/self/fd | wc -l; grep -E 'SigIgn|SigBlk' /proc/self/status"
    let child = try children.spawn(shell(line))
    run(children) { !$0.isEmpty }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(child.standardOutput, &bytes, bytes.count)
    say("raised \(raised)\n" + String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
}

let words = CommandLine.arguments.dropFirst()
do {
    switch words.first {
    case "guard" where words.count == 3:
        try runGuarded(directory: CommandLine.arguments[2], line: CommandLine.arguments[3])
    case "many": try runMany(300)
    case "orphans": try runOrphans()
    case "inheritance": try runInheritance()
    default: fail("usage")
    }
} catch {
    fail("\(error)")
}
