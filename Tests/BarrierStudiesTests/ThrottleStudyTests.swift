import BarrierStudies
import PlushProtocol
import Testing

/// Figure 5 of the paper, and what follows when the best number moves.
@Suite struct ThrottleStudyTests {
    private func climb(_ maximum: Int = 100) -> ThroughputClimb {
        ThroughputClimb(start: BarrierLimits.adaptiveStart, maximum: maximum)
    }

    @Test func twentyFiveAtATimeAreFasterThanAHundredAndAdaptiveIsNearTheBest() {
        let model = TransferModel()
        let best = (1...100).map { model.seconds(count: 100, limit: $0) }.min() ?? 0
        let (all, some) = (model.seconds(count: 100, limit: 100), model.seconds(count: 100, limit: 25))
        let adaptive = ThrottleStudy.run(model, count: 100, limit: .adaptive(climb())).seconds
        print("100 at once \(all) s, 25 at a time \(some) s, adaptive \(adaptive) s, best fixed \(best) s")
        #expect(some < all && adaptive < all)
        #expect(adaptive <= 1.15 * best, "\(adaptive) s, the best fixed number takes \(best) s")
    }

    @Test func theClimbIsTheFastestOfTheThree() {
        let others: [(name: String, algorithm: any AdaptiveLimit)] = [
            ("AIMD", AdditiveIncreaseLimit(start: BarrierLimits.adaptiveStart, maximum: 100)),
            ("gradient", GradientLimit(start: BarrierLimits.adaptiveStart, maximum: 100)),
        ]
        let climb = ThrottleStudy.run(TransferModel(), count: 100, limit: .adaptive(climb())).seconds
        for other in others {
            let seconds = ThrottleStudy.run(TransferModel(), count: 100, limit: .adaptive(other.algorithm)).seconds
            print("\(other.name) \(seconds) s, climb \(climb) s")
            #expect(climb < seconds)
        }
    }

    @Test(arguments: [(25, 60), (25, 12), (40, 20), (15, 45)])
    func fiveEpochsAfterTheBestNumberMovesItIsNearAgain(from: Int, to: Int) throws {
        var model = TransferModel()
        model.best = from
        let moves = (seconds: 1_500.0, best: to)
        let run = ThrottleStudy.run(model, count: 4_000, limit: .adaptive(climb(400)), moves: moves)
        var moved = model
        moved.best = to
        let after = run.limits.filter { $0.seconds > moves.seconds }.map(\.limit)
        let window = after.dropFirst(5).prefix(8).map { moved.efficiency($0) }
        let mean = window.reduce(0, +) / Double(max(1, window.count))
        print("from \(from) to \(to): limits \(after.prefix(14)), throughput \(mean) of the best")
        #expect(mean >= 0.85)
    }

    @Test func thePlotHasThreeCurves() {
        let svg = StudyPlot.figureFive()
        #expect(svg.hasPrefix("<svg") && svg.contains("adaptive") && svg.components("stroke-width") == 3)
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int {
        ranges(of: part).count
    }
}
