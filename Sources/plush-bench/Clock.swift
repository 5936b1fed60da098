import Glibc

/// Wall time, and the CPU of this process with all its descendants, living and dead.
struct Clock {
    /// Seconds.
    struct Reading {
        let wall: Double
        let cpu: Double

        static func - (left: Reading, right: Reading) -> Reading {
            Reading(wall: left.wall - right.wall, cpu: left.cpu - right.cpu)
        }
    }

    /// The counter that `plush-bench-floor clock` hands on: to the nanosecond, and of this tree of processes only.
    private static let counter = getenv("PLUSH_BENCH_CLOCK").flatMap { Int32(String(cString: $0)) }

    static var method: String {
        counter == nil ? "busy time of the whole machine (/proc/stat)" : "perf task-clock of all processes of the bench"
    }

    static func now() -> Reading {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Reading(wall: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, cpu: treeSeconds() ?? busySeconds())
    }

    private static func treeSeconds() -> Double? {
        guard let counter else { return nil }
        var nanoseconds: UInt64 = 0
        return read(counter, &nanoseconds, 8) == 8 ? Double(nanoseconds) / 1e9 : nil
    }

    /// User, nice, system, interrupts: everything of the first line but idle and waiting.
    private static func busySeconds() -> Double {
        let line = SmallFile.text("/proc/stat").split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
        guard ticks.count == 8 else { return 0 }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// What `body` takes.
    static func measure(_ body: () async throws -> Void) async rethrows -> Reading {
        let begin = now()
        try await body()
        return now() - begin
    }
}

extension [Double] {
    /// The middle one, or the mean of the two in the middle; 0 of none.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
