/// Finds the knee of an arrival curve while it grows: the moment from which on waiting for the rest does not pay.
///
/// A detector is asked what it will say if nobody else arrives, and so silence counts as data: it names the time of its
/// verdict beforehand, and each arrival asks it anew.
package protocol KneeDetector: Sendable {
    /// The time, counted as the histogram's, at which the knee is past unless another host arrives before; nil when
    /// these arrivals have no knee however long it stays silent.
    func verdictMilliseconds(after arrivals: ArrivalHistogram) -> UInt64?
}

/// Silence that is longer than the gaps between arrivals were: fires at `last + max(floor, mean + factor * deviation)`,
/// mean and deviation being exponentially weighted moving averages of the gaps.
///
/// The estimator is that of TCP's retransmission timer (V. Jacobson, *Congestion avoidance and control*, SIGCOMM 1988),
/// used on arrivals at barriers by J. Albrecht, C. Tuttle, A. C. Snoeren and A. Vahdat, *Loose synchronization for
/// large-scale networked systems*, USENIX 2006.
package struct GapDeviationDetector: KneeDetector {
    /// Weight of a new gap in the mean, and of its deviation.
    package var meanGain = 0.125
    package var deviationGain = 0.25
    package var factor = 4.0
    /// Silence that says nothing: a report's interval, and the pauses of two busy cores.
    package var floorMilliseconds: Double = 200
    /// Silence that says nothing as a part of the time passed: the resolution of the histogram, and more where hosts
    /// come in groups.
    package var floorShare = 0.0

    package init(factor: Double = 4, floorMilliseconds: Double = 200, floorShare: Double = 0) {
        self.factor = factor
        self.floorMilliseconds = floorMilliseconds
        self.floorShare = floorShare
    }

    package func verdictMilliseconds(after arrivals: ArrivalHistogram) -> UInt64? {
        var mean = 0.0
        var deviation = 0.0
        var previous: Double?
        for cell in arrivals.cells {
            // Within a cell arrivals are taken as evenly spread. The averages have settled after some dozen equal gaps.
            let step = Double(cell.widthMilliseconds) / Double(cell.arrivals)
            let start = Double(cell.milliseconds)
            if let previous { take(start + step / 2 - previous, &mean, &deviation) }
            for _ in 1..<max(1, min(cell.arrivals, 48)) { take(step, &mean, &deviation) }
            previous = start + Double(cell.widthMilliseconds) - step / 2
        }
        guard let last = previous, arrivals.count > 1 else { return nil }
        let silence = max(floorMilliseconds, floorShare * last, mean + factor * deviation)
        return UInt64(last + silence)
    }

    private func take(_ gap: Double, _ mean: inout Double, _ deviation: inout Double) {
        let error = gap - mean
        mean += meanGain * error
        deviation += deviationGain * (abs(error) - deviation)
    }
}

/// A window that slides over the arrivals: fires when fewer than `least` are in it.
package struct SlidingWindowDetector: KneeDetector {
    package var windowMilliseconds: UInt64
    package var least: Int

    package init(windowMilliseconds: UInt64 = 300, least: Int = 1) {
        self.windowMilliseconds = windowMilliseconds
        self.least = least
    }

    package func verdictMilliseconds(after arrivals: ArrivalHistogram) -> UInt64? {
        guard let time = arrivals.milliseconds(ofArrival: arrivals.count - least + 1) else { return nil }
        return time + windowMilliseconds + 1
    }
}

/// The point of the normalised curve that is farthest above its diagonal, once the difference has fallen by the
/// threshold after it (V. Satopaa, J. Albrecht, D. Irwin, B. Raghavan, *Finding a "Kneedle" in a haystack*, ICDCS
/// workshops 2011).
package struct KneedleDetector: KneeDetector {
    /// The S of the paper: how many mean steps of the time axis the difference must fall below its maximum.
    package var sensitivity: Double

    package init(sensitivity: Double = 1) {
        self.sensitivity = sensitivity
    }

    package func verdictMilliseconds(after arrivals: ArrivalHistogram) -> UInt64? {
        let cells = arrivals.cells
        guard let last = cells.last, cells.count > 2 else { return nil }
        // The curve goes on level while it is silent, so the end of the time axis moves; the first end that shows a
        // knee is looked for. It may lie in the past.
        var end = Double(last.milliseconds + last.widthMilliseconds)
        let horizon = 16 * end + 1_000
        while end < horizon {
            if hasKnee(cells, total: Double(arrivals.count), end: end) { return UInt64(end) }
            end = end * 1.01 + 1
        }
        return nil
    }

    private func hasKnee(_ cells: [ArrivalHistogram.Cell], total: Double, end: Double) -> Bool {
        let first = Double(cells[0].milliseconds)
        guard end > first else { return false }
        var sum = 0.0
        var differences = cells.map { cell in
            sum += Double(cell.arrivals)
            return sum / total - (Double(cell.milliseconds) - first) / (end - first)
        }
        differences.append(0)  // level at 1 until `end`, which is at 1 too
        guard let peak = differences.indices.max(by: { differences[$0] < differences[$1] }) else { return false }
        let threshold = differences[peak] - sensitivity / Double(cells.count)
        guard threshold > 0 else { return false }
        return differences[(peak + 1)...].contains { $0 < threshold }
    }
}
