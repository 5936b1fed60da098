/// Which arity serves small messages best: the minimum of `D*(k*g + L)` with `D = ln N / ln k`, whatever N is.
package enum IdealArity {
    /// The root of `k*(ln k - 1) = L/g`, not rounded: e for no latency (Euler's number), about 4, 15, 38 and 226 for
    /// ratios of 1, 25, 100 and 1,000.
    package static func solution(latencyToGap ratio: Double) -> Double {
        func excess(_ arity: Double) -> Double {
            arity * (Logarithm.natural(arity) - 1) - ratio
        }
        var low = 2.718_281_828_459_045
        var high = low
        while excess(high) < 0 { high *= 2 }
        for _ in 0..<64 where low < high {
            let middle = (low + high) / 2
            if excess(middle) < 0 { low = middle } else { high = middle }
        }
        return high
    }
}
