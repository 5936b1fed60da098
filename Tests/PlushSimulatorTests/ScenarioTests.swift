import Foundation
import PlushSimulator
import Testing

/// Scripted lives beside their golden traces, and scripts that make no sense.
@Suite struct ScenarioTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Simulations/Scenarios").path

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".scenario") }.sorted()

    @Test func thereAreScenarios() {
        #expect(Self.names.count >= 5)
    }

    @Test(arguments: names)
    func theTraceIsTheGoldenOne(name: String) throws {
        let script = "\(Self.folder)/\(name)"
        let golden = try String(contentsOfFile: String(script.dropLast(9)) + ".trace", encoding: .utf8)
        let trace = try ScenarioRunner.trace(of: Scenario(String(contentsOfFile: script, encoding: .utf8)))
        #expect(trace == golden, "see what changed: plush-sim scenario Simulations/Scenarios/\(name)")
        #expect(trace.hasSuffix("no checker objected\n"))
    }

    @Test(arguments: [
        ("", 1, "no command"), ("launch", 1, "the first command must be"), ("hosts", 1, "a number of hosts is missing"),
        ("hosts x flat", 1, "'x' is not a number of hosts"), ("hosts 3 round", 1, "'round' is not a shape"),
        ("hosts 3 flat\n\nfly", 3, "'fly' is not a command"), ("hosts 3 flat\nwait 3", 2, "not a duration"),
        ("hosts 3 flat\nkill 1 2", 2, "'2' is too much"), ("hosts 3 flat\nrun 3-1", 2, "not a set of ranks"),
        ("hosts 3 flat\nturn 1 kind", 2, "is not a hostility; there are forges"),
        ("hosts 3 flat\nset speed 1ms", 2, "'speed' is not a setting"),
        ("hosts 3 flat\nshow all", 2, "is not something to show"),
    ])
    func aTextThatIsNoScenarioIsRefusedWithItsLine(text: String, line: Int, word: String) {
        let error = #expect(throws: ScenarioError.self) { try Scenario(text) }
        #expect(error?.line == line && error?.text.contains(word) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test(arguments: [
        ("kill 3", "there is no host 3"), ("cancel 1", "there are 0 operations"), ("freeze root", "no host"),
    ])
    func aStepForWhatIsNotThereIsRefused(step: String, word: String) throws {
        let scenario = try Scenario("hosts 3 flat\nlaunch\n\(step)")
        let error = #expect(throws: ScenarioError.self) { try ScenarioRunner.trace(of: scenario) }
        #expect(error?.line == 3 && error?.text.contains(word) == true)
    }
}
