import PlushProtocol

/// Compares adaptive limits: how long 100 transfers take, how near they come to the best number, and how soon they are
/// there again when it has moved.
package enum ThrottleTable {
    /// What one algorithm does.
    package struct Row: Sendable {
        package let name: String
        /// 100 transfers, and that in parts of what the best fixed number takes.
        package let seconds: Double
        package let ofBestFixed: Double
        /// Throughput at the end of 4,000 transfers, in parts of the best.
        package let atTheEnd: Double
        /// The same from the sixth to the thirteenth epoch after the best number has moved, for each of ``moves``.
        package let afterMoves: [Double]
    }

    /// The best number before and after.
    package static let moves: [(from: Int, to: Int)] = [(25, 60), (25, 12), (40, 20), (15, 45)]
    /// When it moves. Seconds.
    private static let moveSeconds = 1_500.0
    /// Epochs that it may take to be there again, and epochs that are looked at.
    package static let epochsAllowed = 5
    private static let epochsSeen = 8
    /// Transfers of the long runs, and the largest limit in them.
    private static let (manyTransfers, largestLimit) = (4_000, 400)

    /// The algorithms under comparison, for at most so many hosts at a time.
    package static func algorithms(_ maximum: Int) -> [(name: String, algorithm: any AdaptiveLimit)] {
        let start = BarrierLimits.adaptiveStart
        return [
            ("AIMD", AdditiveIncreaseLimit(start: start, maximum: maximum)),
            ("gradient", GradientLimit(start: start, maximum: maximum)),
            ("throughput climb (the default)", ThroughputClimb(start: start, maximum: maximum)),
        ]
    }

    /// The fixed number with which 100 transfers end first, and when they do.
    package static func bestFixed() -> (limit: Int, seconds: Double) {
        let all = (1...100).map { (limit: $0, seconds: TransferModel().seconds(count: 100, limit: $0)) }
        return all.min { $0.seconds < $1.seconds } ?? (100, 0)
    }

    package static func rows() -> [Row] {
        let best = bestFixed().seconds
        return zip(algorithms(100), algorithms(largestLimit)).map { short, long in
            let seconds = ThrottleStudy.run(TransferModel(), count: 100, limit: .adaptive(short.algorithm)).seconds
            return Row(
                name: short.name, seconds: seconds, ofBestFixed: seconds / best, atTheEnd: atTheEnd(long.algorithm),
                afterMoves: moves.map { throughput(long.algorithm, from: $0.from, to: $0.to) })
        }
    }

    private static func atTheEnd(_ algorithm: any AdaptiveLimit) -> Double {
        let model = TransferModel()
        let limits = ThrottleStudy.run(model, count: manyTransfers, limit: .adaptive(algorithm)).limits.map(\.limit)
        return mean(limits.suffix(epochsSeen).map { model.efficiency($0) })
    }

    /// Throughput in parts of the best, once the epochs that are allowed after a move are over.
    package static func throughput(_ algorithm: any AdaptiveLimit, from: Int, to: Int) -> Double {
        var model = TransferModel()
        model.best = from
        let run = ThrottleStudy.run(
            model, count: manyTransfers, limit: .adaptive(algorithm), moves: (seconds: moveSeconds, best: to))
        model.best = to
        let after = run.limits.filter { $0.seconds > moveSeconds }.map(\.limit)
        return mean(after.dropFirst(epochsAllowed).prefix(epochsSeen).map { model.efficiency($0) })
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
