import ArgumentParser

/// A duration as people write it: `250ms`, `5s`, `2m`, `1h`; a bare number is seconds, as with ssh and pdsh; `0` is none.
struct Milliseconds: ExpressibleByArgument, Equatable {
    let value: UInt64

    init(value: UInt64) {
        self.value = value
    }

    init?(argument: String) {
        if argument == "0" {
            value = 0
            return
        }
        let units: [(suffix: String, factor: Double)] = [
            ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("", 1_000),
        ]
        for (suffix, factor) in units where argument.hasSuffix(suffix) {
            let digits = argument.dropLast(suffix.count)
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
                let number = Double(digits)
            else { return nil }
            let milliseconds = (number * factor).rounded()
            guard milliseconds >= 1, milliseconds <= 366 * 24 * 3_600_000 else { return nil }
            value = UInt64(milliseconds)
            return
        }
        return nil
    }

    var defaultValueDescription: String {
        if value == 0 { return "0" }
        return value % 1_000 == 0 ? "\(value / 1_000)s" : "\(value)ms"
    }
}
