import Glibc

/// Names as sites have them that number everything.
enum IrregularNames {
    /// `aa-X01Y07Z15-555-0804` and the like, some with a domain.
    static func name(_ random: inout SplitMix64) -> String {
        func number(_ range: ClosedRange<Int>, _ width: Int) -> String {
            let digits = String(Int.random(in: range, using: &random))
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let site = ["aa", "ab", "c-x"].randomElement(using: &random) ?? "aa"
        let place = "X\(number(1...4, 2))Y\(number(1...16, 2))Z\(number(1...24, 2))"
        let domain = ["", "", ".rack.example.org"].randomElement(using: &random) ?? ""
        return "\(site)-\(place)-\(number(550...560, 3))-\(number(0...1_999, 4))\(domain)"
    }
}

/// The processor time of this thread: other tests run at the same time.
enum ThreadClock {
    static func seconds(_ work: () -> Void) -> Double {
        let begin = now
        work()
        return now - begin
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
