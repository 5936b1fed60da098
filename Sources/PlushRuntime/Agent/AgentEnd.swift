import CPlushSystem
import Glibc

/// The way out of an agent's process.
///
/// Commands and directory are as a rule left to the guardian, which has to be able to clear them after a kill -9
/// anyway. An agent that is told to end by a signal does it itself: the death of its guardian is such a signal.
final class AgentEnd {
    private let directory: AgentDirectory
    private let children: ChildProcesses
    private let guardian = getppid()
    /// Whether a signal has said that the agent must end.
    var isSignalled = false

    init(directory: AgentDirectory, children: ChildProcesses) {
        self.directory = directory
        self.children = children
    }

    /// Ends the process, with nothing left behind when there is no guardian for that.
    func exit(_ code: Int32) -> Never {
        if isSignalled || getppid() != guardian {
            killEverything()
            try? directory.remove()
        }
        // Nothing is buffered, and what libraries would tidy up the kernel takes back faster.
        _exit(code)
    }

    /// Kills and reaps until the kernel knows of no child: the agent is a subreaper, so that whatever hides from one
    /// look at /proc is a child of its own by the next one.
    private func killEverything() {
        while true {
            var found: Int32 = 0
            let killed = plush_signal_descendants_counting(SIGKILL, 0, &found)
            var reaped = plush_reaped()
            var outcome: Int32
            repeat { outcome = plush_reap(0, &reaped) } while outcome == 1
            // What belongs to another user is beyond us, and must not keep the directory from being removed.
            if outcome < 0 || (found > 0 && killed <= 0) { return }
            var ended = pollfd(fd: children.signalDescriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&ended, 1, RuntimeLimits.killPauseMilliseconds)
            plush_drain_signals(children.signalDescriptor)
        }
    }
}
