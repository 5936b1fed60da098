/// A server whose total rate depends on how many clients share it: each is limited by its own line, and beyond the best
/// number they disturb one another (the server of the paper's figure 5, of which only the outcome is known).
///
/// Efficiency curve, in parts of the full rate: `n / best` up to the best number, then
/// `1 / (1 + decay * (n - best) / best)`.
package struct TransferModel: Sendable {
    /// Megabytes of one client.
    package var megabytes = 10.0
    /// Megabytes per second at the best number of clients.
    package var fullRate = 5.0
    /// The number of clients with most throughput.
    package var best = 25
    /// With 0.25 a hundred clients get 57 % of the full rate.
    package var decay = 0.25

    package init() {}

    package func efficiency(_ clients: Int) -> Double {
        if clients <= best { return Double(clients) / Double(best) }
        return 1 / (1 + decay * Double(clients - best) / Double(best))
    }

    /// Seconds that `count` clients take, at most `limit` at a time, in rounds of a hundredth of a file.
    package func seconds(count: Int, limit: Int) -> Double {
        ThrottleStudy.run(self, count: count, limit: .fixed(limit)).seconds
    }
}
