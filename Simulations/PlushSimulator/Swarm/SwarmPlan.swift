import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One life, drawn from a seed: a tree, a network, what is asked of it and what goes wrong.
package struct SwarmPlan: Sendable {
    /// Something that comes at a point of the life.
    package struct Timed<What: Sendable>: Sendable {
        /// Virtual time since the tree stood, or since the beginning where faults come early. Nanoseconds.
        package let nanoseconds: UInt64
        package let what: What
    }

    package let seed: UInt64
    package internal(set) var world: WorldPlan
    package internal(set) var kinds: [SwarmKind]
    package internal(set) var faults: [Timed<Fault>] = []
    package internal(set) var acts: [Timed<SwarmAct>] = []
    package internal(set) var safetyMilliseconds: UInt64

    /// `hosts`: the range that the number of hosts is drawn from; `kinds`: what may be turned on.
    package init(seed: UInt64, hosts: ClosedRange<Int> = 10...60, kinds allowed: [SwarmKind] = SwarmKind.allCases) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        let count = hosts.lowerBound + random.below(hosts.count)
        let shapes = [TreeShape.kary(fanout: 2), .kary(fanout: 3), .kary(fanout: 4), .kary(fanout: 8), .flat, .chain]
        // A chain of two hundred is a test of patience; it is drawn where it is short.
        let shape = random.one(of: count > 40 ? Array(shapes.dropLast()) : shapes)
        world = WorldPlan(count, shape)
        kinds = allowed.filter { _ in random.happens(perThousand: 450) }
        world.seed = random.next()
        safetyMilliseconds = 5_000 + UInt64(random.below(25_000))
        drawCosts(&random)
        drawActs(&random)
        drawFaults(&random)
    }

    /// The same life in an overlay that lacks a rule.
    package func without(_ rule: RepairRule) -> SwarmPlan {
        var other = self
        other.world.rules = RepairRules(without: rule)
        return other
    }

    /// The repair rules that can be switched off.
    package static var ruleNames: [String] {
        RepairRule.allCases.map(\.rawValue)
    }

    /// The same life in an overlay that lacks a rule; nil where there is none of that name.
    package func without(ruleNamed name: String) -> SwarmPlan? {
        RepairRule(rawValue: name).map(without)
    }

    private mutating func drawCosts(_ random: inout SplitMix64) {
        world.window = 1 + random.below(16)
        world.heartbeatMilliseconds = [500, 1_000, 2_000][random.below(3)]
        world.leaseMilliseconds = [20_000, 30_000, 60_000][random.below(3)]
        world.connectMilliseconds = 10_000
        world.latency.nanoseconds = 50_000 + UInt64(random.below(3_000_000))
        world.cost.journal = .uniform(100_000, UInt64(1 + random.below(20)) * 1_000_000)
        world.cost.connect = random.one(of: [
            .milliseconds(1), .uniform(50_000_000, 400_000_000), .exponential(least: 30_000_000, mean: 300_000_000),
        ])
        if random.happens(perThousand: 600) {
            world.cost.sendNanoseconds = UInt64(random.below(30_000))
            world.cost.receiveNanoseconds = UInt64(random.below(60_000))
            world.cost.bytesPerSecond = [0, 10_000_000, 125_000_000][random.below(3)]
        }
        if random.happens(perThousand: 300) {
            world.latency.sites = 2 + random.below(3)
            world.latency.betweenSitesNanoseconds = UInt64(random.below(60_000_000))
        }
        if kinds.contains(.weather) {
            world.latency.jitterNanoseconds = UInt64(random.below(5_000_000))
            world.latency.tailPerThousand = random.below(20)
            world.latency.lossPerThousand = random.below(15)
        }
        if kinds.contains(.badStarts) {
            for rank in 0..<world.count where random.happens(perThousand: 60) {
                world.starts[UInt32(rank)] = [.neverAnswers, .neverAttaches, .fails("no such host")][random.below(3)]
            }
        }
    }

    private mutating func drawActs(_ random: inout SplitMix64) {
        for _ in 0..<(2 + random.below(6)) {
            let time = random.below(safetyMilliseconds * 1_000_000)
            acts.append(Timed(nanoseconds: time, what: drawAct(&random)))
        }
        acts.sort { $0.nanoseconds < $1.nanoseconds }
    }

    private func drawAct(_ random: inout SplitMix64) -> SwarmAct {
        var targets = RankSet(count: world.count)
        if random.happens(perThousand: 300) {
            let step = 2 + random.below(4)
            targets = RankSet(stride(from: random.below(step), to: world.count, by: step).map { Rank(UInt32($0)) })
        }
        switch random.below(10) {
        case 0: return .probe(targets)
        case 1: return .files(targets, bytes: random.below(600_000))
        case 2: return .collect(targets)
        case 3: return .cancel(back: 1 + random.below(2))
        case 4: return .run(targets, .stream, timeoutMilliseconds: 500 + UInt64(random.below(5_000)))
        case 5, 6: return .run(targets, .fold, timeoutMilliseconds: 0)
        case 7: return .run(targets, .discard, timeoutMilliseconds: 0)
        default: return .run(targets, .stream, timeoutMilliseconds: 0)
        }
    }

    /// The life with only some of its faults and acts, to find which of them matter.
    package func keeping(faults keptFaults: Set<Int>, acts keptActs: Set<Int>) -> SwarmPlan {
        var plan = self
        plan.faults = faults.enumerated().filter { keptFaults.contains($0.offset) }.map(\.element)
        plan.acts = acts.enumerated().filter { keptActs.contains($0.offset) }.map(\.element)
        return plan
    }
}

extension SwarmPlan: CustomStringConvertible {
    package var description: String {
        let head =
            "seed \(seed): \(world.count) hosts, \(world.shape), window \(world.window), heartbeat "
            + "\(world.heartbeatMilliseconds) ms, lease \(world.leaseMilliseconds) ms, "
            + "faults [\(kinds.map(\.rawValue).joined(separator: " "))]"
        let acts = acts.map { "  act   \(EventText.time($0.nanoseconds)) ms  \($0.what)" }
        let faults = faults.map { "  fault \(EventText.time($0.nanoseconds)) ms  \($0.what)" }
        return ([head] + acts + faults).joined(separator: "\n")
    }
}

extension SwarmPlan {
    /// The same life with the clock of every agent set forward.
    package func skewed(byNanoseconds skew: UInt64) -> SwarmPlan {
        var plan = self
        plan.world.clockSkewNanoseconds = skew
        return plan
    }
}
