import Foundation
import Testing

/// `TraceStable`: what one process draws from a seed, another draws as well.
@Suite struct ProcessTests {
    @Test func twoProcessesGiveTheSameTraces() throws {
        let first = try Self.hashes(from: 1)
        #expect(first.count == 6)
        #expect(try Self.hashes(from: 1) == first)
        #expect(try Self.hashes(from: 7) != first)
    }

    @Test func wrongOptionsEndWithTwo() throws {
        for options in [
            ["--hosts", "9-3"], ["--kinds", "rain"], ["--count", "0"], ["scenario", "none.scenario"],
            ["scale", "--hosts", "0"], ["scale", "--tree", "round"], ["scale", "--tree", "kary:8..2"],
            ["scale", "--gap", "0"], ["scale", "--latency", "fast"], ["scale", "--format", "svg"],
        ] {
            #expect(try SimulatorProgram.run(options).code == 2, "\(options)")
        }
    }

    private static func hashes(from seed: Int) throws -> [Substring] {
        let (code, text) = try SimulatorProgram.run([
            "--seed", "\(seed)", "--count", "5", "--hosts", "5-20", "--hashes",
        ])
        #expect(code == 0, "\(text)")
        return text.split(separator: "\n")
    }
}
