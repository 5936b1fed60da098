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

    @Test(arguments: ThrottleTable.moves)
    func fiveEpochsAfterTheBestNumberMovesItIsNearAgain(from: Int, to: Int) throws {
        let part = ThrottleTable.throughput(climb(400), from: from, to: to)
        #expect(part >= 0.85, "from \(from) to \(to): \(part) of the best")
    }

    @Test func theTableIsThatOfTheArticle() {
        let rows = ThrottleTable.rows()
        #expect(rows.count == 3 && rows.allSatisfy { $0.afterMoves.count == ThrottleTable.moves.count })
        let climb = rows[2]
        #expect(climb.ofBestFixed <= 1.15 && climb.atTheEnd >= 0.85 && climb.afterMoves.allSatisfy { $0 >= 0.85 })
        #expect(rows[0].seconds > climb.seconds && rows[1].seconds > climb.seconds)
        #expect(ThrottleTable.bestFixed().limit == 25)
    }

    @Test func thePlotHasThreeCurves() {
        let chart = StudyPlot.figureFive()
        #expect(chart.series.map(\.name) == ["100 at once", "25 at a time", "adaptive"])
        #expect(chart.series.allSatisfy { $0.points.count == 101 && $0.points.last?.y == 100 })
        // Each curve, and its sample in the legend.
        #expect(chart.svg.hasPrefix("<svg") && chart.svg.ranges(of: "stroke-width").count == 6)
    }
}
