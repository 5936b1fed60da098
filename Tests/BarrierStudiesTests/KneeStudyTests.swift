import BarrierStudies
import PlushProtocol
import Testing

/// The comparison behind the default knee detector; the test prints the table of the article "Barriers".
@Suite struct KneeStudyTests {
    @Test func theDefaultSavesMostOfTheWaitWhereHostsAreDeadAndGivesUpFewElsewhere() throws {
        let rows = KneeStudy.table()
        for row in rows {
            print(
                "| \(row.model.rawValue) | \(row.detector) | \((row.saved * 1000).rounded() / 10) % | "
                    + "\((row.givenUp * 1000).rounded() / 10) % |")
        }
        let standard = rows.filter { $0.detector == "the default" }
        let dead = try #require(standard.first { $0.model == .twoDead })
        #expect(dead.saved > 0.95 && dead.givenUp < 0.01)
        for model in [ArrivalModel.exponential, .logNormal, .pareto] {
            let row = try #require(standard.first { $0.model == model })
            let gaps = try #require(rows.first { $0.model == model && $0.detector == "gaps, 4 deviations" })
            #expect(row.saved > 0.1 && row.givenUp < 0.1 && row.givenUp < gaps.givenUp / 2, "\(row)")
        }
    }
}
