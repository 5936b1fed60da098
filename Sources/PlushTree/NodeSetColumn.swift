/// The different numbers at one place of a stem, as they are written: `7`, `07` and `007` are three. Each has a code;
/// once sorted, codes ascend by length and then by digits.
struct NodeSetColumn {
    private(set) var numbers: [String] = []
    private var codes: [String: UInt32] = [:]

    /// The code of a number, a new one where it is new.
    mutating func code(of digits: String) -> UInt32 {
        if let known = codes[digits] { return known }
        let code = UInt32(numbers.count)
        numbers.append(digits)
        codes[digits] = code
        return code
    }

    /// Gives codes in ascending order; returns the new code of each old one. No number is added after this.
    mutating func sort() -> [UInt32] {
        let order = numbers.indices.sorted {
            (numbers[$0].utf8.count, numbers[$0]) < (numbers[$1].utf8.count, numbers[$1])
        }
        var places = [UInt32](repeating: 0, count: numbers.count)
        for (place, old) in order.enumerated() { places[old] = UInt32(place) }
        numbers = order.map { numbers[$0] }
        codes = [:]
        return places
    }

    /// The place of each code in the order of texts, where `10` is before `9`: blocks are ordered by it.
    var textPlaces: [UInt32] {
        var places = [UInt32](repeating: 0, count: numbers.count)
        for (place, code) in numbers.indices.sorted(by: { numbers[$0] < numbers[$1] }).enumerated() {
            places[code] = UInt32(place)
        }
        return places
    }

    /// Ascending codes as ranges, `1-3,7`; `09-10` where zeros fill a width.
    ///
    /// A range of padded numbers holds numbers of its width alone, one of others no padded number. What ClusterShell
    /// does about a number that stands alone is kept too: the next range has the padding of that, not its own.
    func text(of codes: [UInt32]) -> String {
        var text = ""
        var run: (first: String, last: String, count: Int)?
        var width = 0
        func close() {
            guard let run else { return }
            text += "\(text.isEmpty ? "" : ",")\(run.first)\(run.count == 1 ? "" : "-\(run.last)")"
        }
        for code in codes {
            let number = numbers[Int(code)]
            guard let open = run else {
                run = (number, number, 1)
                width = Self.width(number)
                continue
            }
            let changesWidth = width > 0 ? number.utf8.count != width : Self.width(number) > 0
            if !changesWidth, number == Self.successor(of: open.last) {
                run = (open.first, number, open.count + 1)
                continue
            }
            close()
            if changesWidth || open.count > 1 { width = Self.width(number) }
            run = (number, number, 1)
        }
        close()
        return text
    }

    /// The digits of a padded number; 0 for others.
    private static func width(_ number: String) -> Int {
        number.utf8.count > 1 && number.utf8.first == UInt8(ascii: "0") ? number.utf8.count : 0
    }

    /// The next number, in as many digits where they are enough. Numbers may be longer than any integer.
    private static func successor(of number: String) -> String {
        var digits = Array(number.utf8)
        for index in digits.indices.reversed() {
            if digits[index] != UInt8(ascii: "9") {
                digits[index] += 1
                return String(decoding: digits, as: UTF8.self)
            }
            digits[index] = UInt8(ascii: "0")
        }
        return "1" + String(decoding: digits, as: UTF8.self)
    }
}
