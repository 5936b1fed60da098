import Foundation
import Testing

extension SystemTests {
    /// What the README promises of overlays, block by block, as a reader would type it.
    @Suite struct TourTests {
        /// A command of a block, and the lines that are to follow it.
        private struct Step {
            let command: String
            var expected: [String] = []
        }

        private static func steps(of heading: String) throws -> [Step] {
            let text = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: Binaries.package + "/README.md")), as: UTF8.self)
            var (steps, isInside, isConsole) = ([Step](), false, false)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
                if line.hasPrefix("## ") { isInside = line == "## \(heading)" }
                guard isInside else { continue }
                if line.hasPrefix("```") {
                    isConsole = line == "```console"
                } else if isConsole, line.hasPrefix("$ ") {
                    steps.append(Step(command: String(line.dropFirst(2))))
                } else if isConsole, !line.isEmpty, !steps.isEmpty {
                    steps[steps.count - 1].expected.append(line)
                }
            }
            return steps
        }

        /// What differs from run to run: times, processes, memory, and how wide a table is for them.
        private static func settled(_ line: String) -> String {
            var text = line
            for (pattern, word) in [
                (#"[0-9.]+ s\b"#, "T"), (#"process [0-9]+"#, "process P"), (#"kary:16 +[0-9]+$"#, "kary:16 P"),
                (#"[0-9]+ MiB, [0-9]+ messages of [0-9]+ KiB"#, "M"), (#"  +"#, " "),
            ] {
                text = text.replacingOccurrences(of: pattern, with: word, options: .regularExpression)
            }
            return text
        }

        /// `...` stands for any lines, or for the rest of one.
        private static func agrees(_ lines: [String], _ expected: [String]) -> Bool {
            guard let first = expected.first else { return lines.isEmpty }
            if first == "..." {
                return (0...lines.count).contains { agrees(Array(lines.dropFirst($0)), Array(expected.dropFirst())) }
            }
            guard let line = lines.first else { return false }
            let isSame = first.hasSuffix("...") ? line.hasPrefix(first.dropLast(3)) : line == first
            return isSame && agrees(Array(lines.dropFirst()), Array(expected.dropFirst()))
        }

        @Test func theTourOfAnOverlayIsAsTheReadmeSays() async throws {
            let overlays = try OverlayPlace()
            let steps = try Self.steps(of: "A tree that stays up")
            #expect(steps.count == 13)
            for step in steps {
                let end = try await overlays.shell("(\(step.command)\n) 2>&1").end()
                let lines = end.lines.map(Self.settled)
                #expect(Self.agrees(lines, step.expected.map(Self.settled)), "\(step.command)\n\(end.text)")
            }
            await overlays.expectNothingLeft()
        }
    }
}
