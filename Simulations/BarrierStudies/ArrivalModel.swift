import Foundation

/// How hosts arrive at a barrier, in milliseconds after the first could.
package enum ArrivalModel: String, CaseIterable, Sendable {
    case exponential
    case logNormal = "log-normal"
    case pareto = "Pareto"
    case twoSites = "two sites"
    case twoDead = "2 of 100 dead"

    /// Times of all hosts; infinity: never.
    func arrivals(_ count: Int, _ random: inout StudyRandom) -> [Double] {
        (0..<count).map { index in
            switch self {
            case .exponential: return 2_000 * random.exponential()
            case .logNormal: return 2_000 * exp(random.normal())
            // Shape 1.2: a mean that exists and a variance that does not.
            case .pareto: return 1_000 * pow(1 - random.next(), -1 / 1.2)
            case .twoSites: return index % 10 < 6 ? 1_000 + 300 * random.normal() : 6_000 + 800 * random.normal()
            case .twoDead: return index % 50 == 0 ? .infinity : 1_000 + 2_000 * random.next()
            }
        }.map { max(0, $0) }
    }
}
