/// What agents, and their guardians, hold while they wait.
struct MemoryMeasurement {
    private struct Samples {
        var kilobytes: [Double] = []
        var threads: [Double] = []

        mutating func add(_ process: Int) {
            let memory = SmallFile.text("/proc/\(process)/smaps_rollup")
            let status = SmallFile.text("/proc/\(process)/status")
            guard let dirty = SmallFile.number("Private_Dirty:", in: memory),
                let count = SmallFile.number("Threads:", in: status)
            else { return }
            kilobytes.append(Double(dirty))
            threads.append(Double(count))
        }

        func rows(_ name: String, kilobytesMax: Double?, threadsMax: Double?) -> [Report.Row] {
            let mean = kilobytes.reduce(0, +) / Double(max(1, kilobytes.count))
            return [
                Report.Row(name: "\(name), Private_Dirty, mean", value: mean, unit: "kB"),
                Report.Row(
                    name: "\(name), Private_Dirty, most", value: kilobytes.max() ?? .nan, unit: "kB", aim: kilobytesMax),
                Report.Row(name: "\(name), threads, most", value: threads.max() ?? .nan, unit: "", aim: threadsMax),
            ]
        }
    }

    private var agents = Samples()
    private var guardians = Samples()

    init() {}

    /// Reads the agents with these process ids, and their parents.
    init(_ processes: [Int32]) {
        for process in processes {
            agents.add(Int(process))
            let status = SmallFile.text("/proc/\(process)/status")
            if let parent = SmallFile.number("PPid:", in: status) { guardians.add(parent) }
        }
    }

    var rows: [Report.Row] {
        agents.rows("idle agent", kilobytesMax: 2_048, threadsMax: 3)
            + guardians.rows("its guardian", kilobytesMax: nil, threadsMax: nil)
    }
}
