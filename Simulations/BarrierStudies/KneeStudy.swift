import PlushProtocol

/// Compares knee detectors: waiting time saved against hosts given up.
package enum KneeStudy {
    /// What one detector did with one sort of arrivals, on average over the seeds.
    package struct Row: Sendable {
        package let model: ArrivalModel
        package let detector: String
        /// Part of the time until the last living host (or the hard time-out, where some are dead) that was not waited.
        package let saved: Double
        /// Part of the living hosts that came after the release.
        package let givenUp: Double
    }

    /// The detectors under comparison, by name.
    package static let detectors: [(name: String, detector: any KneeDetector)] = [
        ("Kneedle, S 1", KneedleDetector()), ("Kneedle, S 5", KneedleDetector(sensitivity: 5)),
        ("window 300 ms", SlidingWindowDetector()), ("gaps, 2 deviations", GapDeviationDetector(factor: 2)),
        ("gaps, 4 deviations", GapDeviationDetector()), ("gaps, 8 deviations", GapDeviationDetector(factor: 8)),
        ("gaps and 0.2 of the time", GapDeviationDetector(floorShare: 0.2)),
        ("the default", KneeRule.standard.detector),
        ("gaps and 0.5 of the time", GapDeviationDetector(floorShare: 0.5)),
    ]

    /// The hard time-out of the study, for the dead.
    static let timeoutMilliseconds: UInt64 = 120_000

    package static func table(hosts: Int = 100, seeds: Int = 20) -> [Row] {
        ArrivalModel.allCases.flatMap { model in
            detectors.map { name, detector in row(model, name, KneeRule(detector: detector), hosts, seeds) }
        }
    }

    private static func row(
        _ model: ArrivalModel, _ name: String, _ rule: KneeRule, _ hosts: Int, _ seeds: Int
    ) -> Row {
        var saved = 0.0
        var givenUp = 0.0
        for seed in 0..<seeds {
            var random = StudyRandom(seed: UInt64(seed) &* 7_919 &+ 17)
            let times = model.arrivals(hosts, &random).sorted()
            let first = times[0]
            let living = times.filter(\.isFinite).map { $0 - first }
            let end = living.count < hosts ? Double(timeoutMilliseconds) : living[living.count - 1]
            let release = min(release(living, hosts, rule), end)
            saved += 1 - release / max(end, 1)
            givenUp += Double(living.count { $0 > release }) / Double(living.count)
        }
        return Row(model: model, detector: name, saved: saved / Double(seeds), givenUp: givenUp / Double(seeds))
    }

    /// Feeds the arrivals one by one, as the root does.
    private static func release(_ living: [Double], _ hosts: Int, _ rule: KneeRule) -> Double {
        var arrivals = ArrivalHistogram()
        let minimum = hosts / 2
        for (index, time) in living.enumerated() {
            arrivals.add(atMilliseconds: UInt64(time))
            if index + 1 == hosts { return time }
            let next = index + 1 < living.count ? living[index + 1] : .infinity
            let verdict = rule.releaseMilliseconds(
                after: arrivals, minimum: minimum, timeoutMilliseconds: timeoutMilliseconds)
            if let verdict, Double(verdict) < next { return max(Double(verdict), time) }
        }
        return Double(timeoutMilliseconds)
    }
}
