import Testing

@testable import PlushTree

@Suite struct TimeTextTests {
    @Test func whatIsPrintedIsReadAsTheSame() {
        var generator = SplitMix64(seed: 5)
        var values: [UInt64] = [
            0, 1, 9, 10, 999, 1_000, 1_001, 1_500, 999_999, 1_000_000, 1_000_000_000, 60_000_000_000,
        ]
        for bits in 1..<60 { values.append(generator.next() >> UInt64(64 - bits)) }
        for value in values {
            #expect(TimeText.nanoseconds(TimeText.text(value)) == value, "\(TimeText.text(value))")
        }
    }

    @Test(arguments: [
        (UInt64(0), "0"), (7, "7ns"), (999, "999ns"), (1_000, "1us"), (1_050, "1.05us"), (20_000_000, "20ms"),
        (1_500_000_000, "1.5s"), (1_000_000_001, "1.000000001s"), (90_000_000_000, "90s"),
    ])
    func theLargestUnitThatFitsIsUsed(value: UInt64, text: String) {
        #expect(TimeText.text(value) == text)
    }

    @Test(arguments: [
        (UInt64(0), "0"), (1_234, "1.23us"), (1_235, "1.24us"), (999_999, "1ms"), (43_219_000, "43.2ms"),
        (10_290_000_000, "10.3s"), (UInt64.max, "18446744073.709551615s"),
    ])
    func peopleAreShownThreeDigits(value: UInt64, text: String) {
        #expect(TimeText.rounded(value) == text)
    }

    @Test func zerosBehindThePointAreFine() {
        #expect(TimeText.nanoseconds("1.0ns") == 1)
        #expect(TimeText.nanoseconds("1.500ms") == 1_500_000)
        #expect(TimeText.nanoseconds("0.0s") == 0)
        #expect(TimeText.nanoseconds("0ns") == 0)
    }
}
