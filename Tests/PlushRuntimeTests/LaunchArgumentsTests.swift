import CPlushSystem
import Glibc
import Testing

@testable import PlushRuntime

/// What the agent's executable does with its arguments before there is an agent, and what it looks for in bytes.
@Suite struct LaunchArgumentsTests {
    private func agent(_ words: String...) throws -> ProcessesRunner.Result {
        try ProcessesRunner.run(
            ChildProcessRequest(
                arguments: [LinksAgent.path] + words, environment: ProcessesRunner.environment, directory: "/"))
    }

    @Test func versionIsPrintedAndNothingStarted() throws {
        let result = try agent("--version")
        #expect(result.text == "plush-agent \(String(cString: plush_build_version()))\n")
        #expect(result.error.isEmpty && result.status == .exited(code: 0))
    }

    @Test func versionThatCannotBeWrittenIsAFailure() throws {
        #expect(try ProcessesRunner.shell("'\(LinksAgent.path)' --version >/dev/full").status == .exited(code: 1))
    }

    @Test(
        arguments: [
            ([], "--directory needs an absolute path"),
            (["--directory"], "--directory needs a value"),
            (["--directory", "relative"], "--directory needs an absolute path"),
            (["--directory", "/nowhere/agent", "--log"], "--log needs a value"),
            (["--directory", "/nowhere/agent", "--colour", "red"], "unknown option --colour"),
            (["--version", "twice"], "unknown option --version"),
            (["--directory", "/nowhere/agent"], "/nowhere/agent: cannot make the directory"),
        ] as [([String], String)])
    func argumentsThatCannotBeUsedAreRefused(_ words: [String], _ says: String) throws {
        let result = try ProcessesRunner.run(
            ChildProcessRequest(
                arguments: [LinksAgent.path] + words, environment: ProcessesRunner.environment, directory: "/"))
        #expect(result.status == .exited(code: 2))
        let text = String(decoding: result.error, as: UTF8.self)
        #expect(text.hasPrefix("plush-agent: ") && text.contains(says), "\(text)")
        #expect(result.output.isEmpty)
    }

    @Test func janitorRemovesItsDirectoryWhenItsInputEnds() throws {
        let here = try FilesWorkspace()
        here.write("run/deep/file", "x")
        let result = try agent("--janitor", here.path + "/run")
        #expect(result.status == .exited(code: 0))
        #expect(here.names() == [])
    }

    @Test func occurrenceIsTheFirstOne() {
        let texts = ["", "a", "ab", "aab", "aaab", "abab", "ba", "bb", "aabab"].map { Array($0.utf8) }
        for text in texts {
            for pattern in texts where !pattern.isEmpty {
                let starts = text.indices.filter { text[$0...].starts(with: pattern) }
                #expect(text.firstOccurrence(of: pattern) == starts.first.map { $0..<($0 + pattern.count) })
                #expect(text.dropFirst().firstOccurrence(of: pattern)?.lowerBound == starts.first { $0 > 0 })
            }
            #expect(text.firstOccurrence(of: []) == nil)
        }
    }

    @Test func messagesOfDifferentHostsReadEqual() throws {
        let here = try FilesWorkspace()
        let directory = try AgentDirectory(creatingAt: here.path + "/agent")
        let root = directory.path
        for (message, expected) in [
            ("cannot run \(root)/app/demo/bin/work: no", "cannot run bin/work: no"),
            ("cannot run \(root)/command/work: no", "cannot run work: no"),
            ("cannot enter '\(root)/app/demo", "cannot enter '."),
            ("cannot enter \(root)/command", "cannot enter ."),
            ("cannot run /usr/bin/work: no", "cannot run /usr/bin/work: no"),
            ("", ""),
        ] {
            #expect(RuntimePaths.withoutPlace(message, of: directory) == expected)
        }
    }
}
