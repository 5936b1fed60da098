import ArgumentParser
import Foundation
import PlushSimulator

/// `plush-sim swarm`: lives drawn from seeds, one after another in this process.
struct SwarmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm",
        abstract: "Lives drawn from seeds: random trees, operations and faults, under all checkers (the default).",
        discussion: """
            scripts/simulate runs many seeds on all processors. To look into a failure: plush-sim --seed S --shrink \
            says which faults and operations matter, and --trace shows every event.
            """
    )

    @Option(help: "The seed; with --count, the first of them.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, from --seed on.")
    var count: UInt64 = 1

    @Option(help: "The range of the number of hosts, such as 10-60.")
    var hosts = "10-60"

    @Option(
        help:
            "Fault kinds that may be drawn, separated by commas: \(SwarmKind.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var kinds: String?

    @Option(
        help:
            "Switch a repair rule off, to see who objects: \(SwarmPlan.ruleNames.joined(separator: ", "))."
    )
    var without: String?

    @Flag(help: "Print every event.")
    var trace = false

    @Flag(help: "Print the life's plan.")
    var plan = false

    @Flag(help: "Leave out what does not matter to the first violation, and print the plan that is left.")
    var shrink = false

    @Flag(help: "Print each seed with the hash of its trace.")
    var hashes = false

    func run() throws {
        let range = try hostRange()
        let kinds = try faultKinds()
        var failures = 0
        let last = seed.addingReportingOverflow(count)
        guard count > 0, !last.overflow else { throw ValidationError("--count must be at least 1") }
        for seed in seed..<last.partialValue where try !live(seed, range, kinds) { failures += 1 }
        if count > 1 { print("\(count) seeds, \(failures) failed") }
        if failures > 0 { throw ExitCode(1) }
    }

    /// Whether nobody objected.
    private func live(_ seed: UInt64, _ range: ClosedRange<Int>, _ kinds: [SwarmKind]) throws -> Bool {
        var life = SwarmPlan(seed: seed, hosts: range, kinds: kinds)
        if let without {
            guard let other = life.without(ruleNamed: without) else {
                throw ValidationError("there is no repair rule '\(without)'")
            }
            life = other
        }
        if shrink, let first = Episode.run(life).violations.first {
            life = Shrink.run(life, checker: first.checker)
        }
        if plan || shrink { print(life) }
        let verdict = Episode.run(life, lines: trace ? { print($0) } : nil)
        if hashes { print("\(seed) \(String(verdict.traceHash, radix: 16))") }
        guard !verdict.violations.isEmpty else { return true }
        for violation in verdict.violations.prefix(20) { print("seed \(seed): \(violation)") }
        if verdict.violations.count > 20 { print("seed \(seed): \(verdict.violations.count - 20) more") }
        print("seed \(seed): run it again: \(rerun(seed))")
        return false
    }

    private func rerun(_ seed: UInt64) -> String {
        var line = "plush-sim --seed \(seed)"
        if hosts != "10-60" { line += " --hosts \(hosts)" }
        if let kinds { line += " --kinds \(kinds)" }
        if let without { line += " --without \(without)" }
        return line + " --trace"
    }

    private func hostRange() throws -> ClosedRange<Int> {
        let ends = hosts.split(separator: "-").map { Int($0) }
        guard ends.count <= 2, let first = ends.first, let low = first, let last = ends.last, let high = last,
            low >= 1, high >= low, high <= 1_000_000
        else { throw ValidationError("--hosts takes a range such as 10-60") }
        return low...high
    }

    private func faultKinds() throws -> [SwarmKind] {
        guard let kinds else { return SwarmKind.allCases }
        return try kinds.split(separator: ",").map { word in
            guard let kind = SwarmKind(rawValue: String(word)) else {
                throw ValidationError("there is no fault kind '\(word)'")
            }
            return kind
        }
    }
}
