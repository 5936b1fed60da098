/// Readings of one measure and of its floor, run by run.
struct TimeSamples {
    private var readings: [Clock.Reading] = []
    private var floors: [Clock.Reading] = []

    mutating func add(_ reading: Clock.Reading) {
        readings.append(reading)
    }

    /// The floor of a run: the mean of what was taken before and after it.
    mutating func floor(_ before: Clock.Reading, _ after: Clock.Reading) {
        floors.append(Clock.Reading(wall: (before.wall + after.wall) / 2, cpu: (before.cpu + after.cpu) / 2))
    }

    /// Two rows. The ratio is the median of the runs' own ratios: what slows a whole run cancels out.
    func rows(_ name: String, aim: Double) -> [Report.Row] {
        [row("\(name), wall", aim, \.wall), row("\(name), CPU", aim, \.cpu)]
    }

    private func row(_ name: String, _ aim: Double, _ part: KeyPath<Clock.Reading, Double>) -> Report.Row {
        let values = readings.map { $0[keyPath: part] * 1_000 }
        let least = floors.map { $0[keyPath: part] * 1_000 }
        return Report.Row(
            name: name, value: values.median, unit: "ms", floor: least.median, aim: aim,
            judged: zip(values, least).map { $0 / $1 }.median)
    }
}
