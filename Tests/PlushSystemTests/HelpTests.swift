import Foundation
import Testing

extension SystemTests {
    /// What commands say of themselves, and of arguments that they do not understand.
    @Suite struct HelpTests {
        @Test func helpFitsTheUsualTerminalAndSaysNothingTwice() async throws {
            let place = try Place()
            let all = try await help(place, of: [])
            let commands = all.drop { $0 != "SUBCOMMANDS:" }.dropFirst()
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
                .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(commands.count >= 10)
            for command in [[]] + commands.map({ [$0] }) where command != ["help"] {
                let lines = try await help(place, of: command)
                #expect(lines.filter { $0.count > 80 } == [], "\(command)")
                // Two remarks in brackets, one of ours and one of ArgumentParser's, are one too many.
                let text = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
                for twice in ["). (", "(default:  )"] { #expect(!text.contains(twice), "\(command): \(text)") }
            }
        }

        private func help(_ place: Place, of command: [String]) async throws -> [String] {
            let end = try await place.start(
                [Binaries.plush(), "help"] + command, environment: ["COLUMNS": "80"]
            ).end()
            #expect(end.code == 0)
            return end.lines
        }

        @Test(arguments: [
            (["-w", "n1", "tail", "-n", "5", "x"], true), (["-w", "n1", "ls", "-l"], true),
            (["-w", "n1", "-b", "ls", "--nothing"], true), (["-w", "n1", "head", "-t", "x"], true),
            (["hostname"], false), (["-w", "n1"], false), (["-w", "n1", "-t", "5x", "hostname"], false),
            (["-w", "n1", "--host-key", "none", "hostname"], false), (["-w", "n1.invalid", "--", "ls", "-l"], false),
        ])
        func whereTheCommandBeginsIsSaidOnlyWhereThatMayBeWrong(_ arguments: [String], _ isSaid: Bool) async throws {
            let place = try Place()
            let end = try await place.start([Binaries.plush(), "exec", "-F", "none", "-t", "1s"] + arguments).end()
            #expect(end.code == (arguments.contains("--") ? 3 : 2))
            #expect(end.errorText.contains("the command comes last") == isSaid, "\(end.errorText)")
        }

        @Test func aWordThatBelongsToNoOptionIsNamed() async throws {
            let place = try Place()
            for (words, stray) in [(["--locl", "3", "--", "ls", "-l"], "3"), (["-w", "n1", "ls", "--", "-l"], "ls")] {
                let end = try await place.start([Binaries.plush(), "exec"] + words).end()
                #expect(end.code == 2)
                #expect(end.errorText.contains("'\(stray)' before -- belongs to no option"), "\(end.errorText)")
            }
        }

        @Test func anExampleThatIsNoneIsAnsweredWithThoseThatAre() async throws {
            let place = try Place()
            let end = try await place.plush("init", "nothing").end()
            #expect(end.code == 2)
            #expect(end.errorText.contains("hello, files"), "\(end.errorText)")
            #expect(end.errorText.contains("Usage: plush init"), "\(end.errorText)")
        }

        @Test func aDurationThatIsNoneIsAnsweredWithThoseThatAre() async throws {
            let place = try Place()
            let end = try await place.plush("exec", "--local", "1", "-t", "5x", "--", "true").end()
            #expect(end.code == 2)
            #expect(end.errorText.contains("250ms, 5s, 2m or 1h"), "\(end.errorText)")
        }

        @Test func cleaningHasNoOptionsOfRuns() async throws {
            let place = try Place()
            for option in ["--grace", "--lease", "--agent-log", "--timeout"] {
                #expect(try await place.plush("clean", "-w", "n1", option, "5s").end().code == 2, "\(option)")
            }
        }
    }
}
