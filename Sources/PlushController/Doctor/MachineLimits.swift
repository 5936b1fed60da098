import Foundation
import Glibc

/// What this machine allows one user's processes; `Int.max` where there is no limit.
struct MachineLimits: Equatable {
    /// Files that a process may have open; plush raises its own limit up to this.
    var openFiles = Int.max
    /// Processes and threads of this user.
    var processes = Int.max
    /// Process ids of the machine.
    var processIDs = Int.max
    /// Processes and threads of the control group that this runs in.
    var groupProcesses = Int.max
    /// Memory that can be had without swapping, in bytes.
    var memoryBytes = Int.max

    /// Those of this machine.
    static var current: MachineLimits {
        var limits = MachineLimits()
        limits.openFiles = limit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue))
        limits.processes = geteuid() == 0 ? .max : limit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue))
        limits.processIDs = number(in: "/proc/sys/kernel/pid_max") ?? .max
        limits.groupProcesses = groupLimit()
        limits.memoryBytes = availableMemory() ?? .max
        return limits
    }

    private static func limit(_ resource: __rlimit_resource_t) -> Int {
        var value = rlimit()
        guard getrlimit(resource, &value) == 0, value.rlim_max != rlim_t.max else { return .max }
        return Int(clamping: value.rlim_max)
    }

    private static func number(in path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The tightest `pids.max` on the way up (cgroup version 2).
    private static func groupLimit() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return .max }
        var path = String(line.dropFirst(3))
        var least = Int.max
        while true {
            least = min(least, number(in: "/sys/fs/cgroup\(path)/pids.max") ?? .max)
            guard path.count > 1, let slash = path.lastIndex(of: "/") else { return least }
            path = String(path[..<slash])
        }
    }

    private static func availableMemory() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }
}

extension MachineLimits {
    /// Files of the controller that have nothing to do with hosts, those of outputs included.
    private static let filesBase = 512
    /// An agent, its guardian, a shell and what it runs.
    private static let processesPerHost = 4
    /// Private memory of an agent and its guardian as measured, with a small command.
    private static let bytesPerHost = 2 << 20

    /// What so many hosts need of these limits. `links`: children of the controller; `window`: hosts being reached at
    /// one time, each with a connection and the pipes of its errand.
    func findings(for hosts: Int, isLocal: Bool, links: Int, window: Int) -> [Finding] {
        let files = Self.filesBase + 2 * links + 4 * min(window, hosts)
        var findings = [
            Self.judge(
                "open files", files, openFiles, of: "the controller",
                remedy: "raise the hard limit: ulimit -Hn \(files) as root, or nofile in /etc/security/limits.conf")
        ]
        guard isLocal else { return findings }
        let processes = Self.processesPerHost * hosts + Self.filesBase
        findings.append(
            Self.judge(
                "processes", processes, self.processes, of: "\(hosts) hosts on this machine",
                remedy: "raise it: ulimit -u \(processes), or nproc in /etc/security/limits.conf"))
        findings.append(
            Self.judge(
                "process ids", processes, processIDs, of: "\(hosts) hosts on this machine",
                remedy: "sysctl kernel.pid_max=\(Self.roundedUp(processes))"))
        findings.append(
            Self.judge(
                "processes of the group", processes, groupProcesses, of: "\(hosts) hosts on this machine",
                remedy: "raise pids.max (TasksMax= of the unit, --pids-limit of the container)"))
        let bytes = Self.bytesPerHost * hosts
        let have = memoryBytes == .max ? "unknown" : "\(memoryBytes >> 20) MiB"
        let message = "\(have) available; \(hosts) hosts on this machine need about \(bytes >> 20) MiB"
        findings.append(
            memoryBytes >= bytes
                ? Finding("memory", .ok, message)
                : Finding("memory", .warning, message, remedy: "ask for fewer hosts on this machine"))
        return findings
    }

    private static func judge(_ name: String, _ need: Int, _ have: Int, of whom: String, remedy: String) -> Finding {
        let limit = have == .max ? "no limit" : "\(have) allowed"
        let message = "\(limit); \(whom) may need \(need)"
        return have >= need ? Finding(name, .ok, message) : Finding(name, .failed, message, remedy: remedy)
    }

    /// The next power of two.
    private static func roundedUp(_ count: Int) -> Int {
        var rounded = 1 << 15
        while rounded < count { rounded <<= 1 }
        return rounded
    }
}
