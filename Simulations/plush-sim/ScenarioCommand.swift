import ArgumentParser
import Foundation
import PlushSimulator

/// `plush-sim scenario`: plays scripts and compares what is to be seen with what was seen before.
struct ScenarioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario",
        abstract: "Plays scripted lives and compares each trace with the golden file beside the script.",
        discussion: "The golden file of NAME.scenario is NAME.trace. --rewrite writes it anew: read the difference."
    )

    @Argument(help: "Files that end in .scenario.", completion: .file(extensions: ["scenario"]))
    var files: [String]

    @Flag(help: "Write the golden files instead of comparing with them.")
    var rewrite = false

    @Flag(name: .customLong("print"), help: "Print the traces, and compare nothing.")
    var prints = false

    func run() throws {
        var differing = 0
        for file in files {
            let trace: String
            do {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                trace = try ScenarioRunner.trace(of: Scenario(text))
            } catch {
                throw ValidationError("\(file): \(error)")
            }
            if prints {
                print(trace, terminator: "")
            } else if rewrite {
                try trace.write(toFile: golden(file), atomically: true, encoding: .utf8)
            } else if !compare(trace, file) {
                differing += 1
            }
        }
        if differing > 0 { throw ExitCode(1) }
    }

    private func golden(_ file: String) -> String {
        (file.hasSuffix(".scenario") ? String(file.dropLast(".scenario".count)) : file) + ".trace"
    }

    private func compare(_ trace: String, _ file: String) -> Bool {
        guard let before = try? String(contentsOfFile: golden(file), encoding: .utf8) else {
            print("\(file): there is no \(golden(file)); --rewrite makes it")
            return false
        }
        guard before != trace else { return true }
        let old = before.split(separator: "\n", omittingEmptySubsequences: false)
        let new = trace.split(separator: "\n", omittingEmptySubsequences: false)
        let line =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        print("\(file): differs from \(golden(file)) at line \(line + 1):")
        print("  before: \(line < old.count ? old[line] : "(end)")")
        print("  now:    \(line < new.count ? new[line] : "(end)")")
        return false
    }
}
