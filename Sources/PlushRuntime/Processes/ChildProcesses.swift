import CPlushSystem
import Glibc

/// The processes of an agent, and the one owner of SIGCHLD. Every call returns at once; used by one thread.
///
/// That thread must live as long as the agent: the kernel kills a child when the *thread* that started it ends.
package final class ChildProcesses {
    /// Readable when children have ended: then call `reap()`. Closed with this object.
    package let signalDescriptor: Int32
    /// The children that have not been reaped.
    package private(set) var running: Set<Int32> = []
    private let adoptsOrphans: Bool

    /// `adoptsOrphans`: also reap processes that were not started here, as a child subreaper must. A process with other
    /// owners of children (a test runner) says false. To be called on the main thread before any other starts, since
    /// a thread with SIGCHLD unblocked would swallow it.
    package init(adoptsOrphans: Bool = true) throws(ProcessError) {
        self.adoptsOrphans = adoptsOrphans
        signalDescriptor = plush_child_signal_descriptor()
        guard signalDescriptor >= 0 else { throw ProcessError(.signals, context: "signalfd", cause: errno) }
    }

    deinit { close(signalDescriptor) }

    /// Starts a process with pipes for its output. Nothing stays open when it throws.
    package func spawn(_ request: ChildProcessRequest) throws(ProcessError) -> SpawnedChild {
        try request.validate()
        var pipes = ChildPipes()
        // Closes the child's ends in any case, and ours unless they are taken.
        defer { pipes.closeAll() }
        try pipes.open(withInput: request.input == .pipe)
        let pid = try start(request, pipes)
        running.insert(pid)
        return pipes.take(pid: pid)
    }

    private func start(_ request: ChildProcessRequest, _ pipes: ChildPipes) throws(ProcessError) -> Int32 {
        let arguments = CStringVector(request.arguments)
        let environment = CStringVector(request.environmentWords)
        var result = plush_spawn_result()
        func run(_ directory: UnsafePointer<CChar>?) -> Int32 {
            var raw = plush_spawn_request(
                argv: arguments.pointer,
                envp: environment.pointer,
                directory: directory,
                input: pipes.inputRead,
                output: pipes.outputWrite,
                error: pipes.errorWrite,
            )
            return plush_spawn(&raw, &result)
        }
        let outcome = withExtendedLifetime((arguments, environment)) {
            request.directory.map { $0.withCString { run($0) } } ?? run(nil)
        }
        guard outcome == 0 else { throw ChildProcesses.failure(result, request) }
        return result.pid
    }

    private static func failure(_ result: plush_spawn_result, _ request: ChildProcessRequest) -> ProcessError {
        let program = printable(request.arguments.first ?? "")
        switch UInt32(bitPattern: result.step) {
        case PLUSH_SPAWN_DIRECTORY.rawValue:
            return ProcessError(.directory, context: printable(request.directory ?? ""), cause: result.error)
        case PLUSH_SPAWN_EXECUTE.rawValue:
            return ProcessError(.execute, context: program, cause: result.error)
        case PLUSH_SPAWN_DESCRIPTORS.rawValue:
            return ProcessError(.descriptors, context: program, cause: result.error)
        default:
            return ProcessError(.process, context: program, cause: result.error)
        }
    }

    /// The children that have ended since the last call, in the order the kernel gives them. Adopted orphans are reaped
    /// without being reported.
    package func reap() -> [(pid: Int32, status: ExitStatus)] {
        plush_drain_signals(signalDescriptor)
        var ended: [(pid: Int32, status: ExitStatus)] = []
        var reaped = plush_reaped()
        if adoptsOrphans {
            while plush_reap(0, &reaped) == 1 { note(reaped, in: &ended) }
        } else {
            for pid in running.sorted() where plush_reap(pid, &reaped) == 1 { note(reaped, in: &ended) }
        }
        return ended
    }

    private func note(_ reaped: plush_reaped, in ended: inout [(pid: Int32, status: ExitStatus)]) {
        guard running.remove(reaped.pid) != nil else { return }
        let status: ExitStatus =
            reaped.signal != 0 ? .signalled(number: reaped.signal) : .exited(code: reaped.code)
        ended.append((pid: reaped.pid, status: status))
    }

    /// Signals the process group that a child leads; says whether anything was there to be signalled.
    ///
    /// Once the child is reaped its number may belong to a stranger, so what it left behind in its group is then looked
    /// for among our own descendants only.
    @discardableResult
    package func signalGroup(_ pid: Int32, signal: Int32) -> Bool {
        guard pid > 1 else { return false }
        if running.contains(pid) { return kill(-pid, signal) == 0 }
        return plush_signal_descendants(signal, pid) > 0
    }

    /// Sends SIGKILL to every descendant, also those in other sessions; returns how many there were. A process that was
    /// just being forked may be missed: call again with each `reap()` until `running` is empty and this returns 0.
    @discardableResult
    package func killEverything() -> Int {
        DescendantSweep.signal(SIGKILL)
    }
}
