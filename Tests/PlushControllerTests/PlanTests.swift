import PlushSpec
import PlushTree
import Testing

@testable import PlushController

/// What a specification asks for, before anything is launched.
@Suite struct PlanTests {
    private func plan(
        _ specification: ApplicationSpecification, local: Int? = nil, hosts: [String]? = nil
    ) throws -> RunPlan {
        var options = ControllerOptions()
        options.localHosts = local
        options.hosts = hosts?.map { HostTarget(name: $0) }
        return try RunPlan(specification, fileName: "app.xml", options: options)
    }

    @Test func theLargestConfigurationDecidesHowManyHosts() throws {
        let plan = try plan(
            PlanSamples.specification([
                ("one", [PlanSamples.cluster("x", 2), PlanSamples.cluster("y", 3)]),
                ("two", [PlanSamples.cluster("z", 4)]),
            ]))
        #expect(plan.wanted == RankSet(count: 5))
        #expect(plan.pool == .local(count: 5))
        #expect(plan.steps.map(\.title) == ["a, one", "a, two"])
    }

    @Test func configurationsComeInTheOrderOfTheApplicationAndMayRepeat() throws {
        let plan = try plan(
            PlanSamples.specification(
                [("one", [PlanSamples.cluster("x", 1)]), ("two", [PlanSamples.cluster("y", 1)])],
                order: ["two", "one", "two"]))
        #expect(plan.steps.map(\.configuration.name) == ["two", "one", "two"])
    }

    @Test func moreHostsThanWantedAreSpares() throws {
        let asked = PlanSamples.specification([("one", [PlanSamples.cluster("x", 4)])])
        let here = try plan(asked, local: 10)
        #expect(here.wanted == RankSet(count: 4))
        #expect(here.pool == .local(count: 10))
        let there = try plan(asked, hosts: ["n1", "n2", "n3", "n4", "n5"])
        #expect(there.wanted == RankSet(count: 4))
        #expect(there.pool.names == ["n1", "n2", "n3", "n4", "n5"])
    }

    @Test func fewerHostsThanWantedWillDoDownToTheMinimum() throws {
        let asked = PlanSamples.specification([("one", [PlanSamples.cluster("x", 50, least: 48)])])
        #expect(try plan(asked, local: 48).wanted.count == 48)
        let error = #expect(throws: ControllerError.self) { try plan(asked, local: 47) }
        #expect(error?.code == .usage)
        #expect(error?.description.contains("app.xml needs at least 48 hosts and --local offers 47") == true)
        let few = #expect(throws: ControllerError.self) { try plan(asked, hosts: ["n1"]) }
        #expect(few?.description.contains("app.xml needs at least 48 hosts and -w offers 1") == true)
    }

    @Test func hostsAreHereOrElsewhereNeverBoth() throws {
        let asked = PlanSamples.specification([("one", [PlanSamples.cluster("x", 1)])])
        let error = #expect(throws: ControllerError.self) { try plan(asked, local: 1, hosts: ["n1"]) }
        #expect(error?.code == .usage)
    }

    @Test func clustersGetTheirMinimumFirstAndThenFillUpInOrder() throws {
        let asked = PlanSamples.specification([
            ("one", [PlanSamples.cluster("x", 4, least: 2), PlanSamples.cluster("y", 4, least: 3)])
        ])
        let step = try #require(try plan(asked, local: 31).steps.first)
        let ranks = PlanSamples.ranks
        #expect(step.minimumCount == 5)
        #expect(step.place(ranks(0...3)) == nil)
        #expect(step.place(ranks(0...4)) == [ranks(0...1), ranks(2...4)])
        #expect(step.place(ranks(0...5)) == [ranks(0...2), ranks(3...5)])
        #expect(step.place(ranks(0...7)) == [ranks(0...3), ranks(4...7)])
        // More than wanted stay out of it.
        #expect(step.place(ranks(10...30)) == [ranks(10...13), ranks(14...17)])
    }

    @Test func sparesTakeTheNextPlacesOfThePool() throws {
        let asked = PlanSamples.specification([("one", [PlanSamples.cluster("x", 4)])])
        let plan = try plan(asked, local: 7)
        let ranks = PlanSamples.ranks
        let first = plan.replacements(for: ranks(1...2), launched: ranks(0...3), failed: ranks(1...2))
        #expect(first.map(\.rank) == [Rank(1), Rank(2)])
        #expect(first.map(\.spare) == [Rank(4), Rank(5)])
        // A spare that fails is replaced too, and then there is none left for the other one.
        let second = plan.replacements(
            for: ranks(4...5), launched: ranks(0...5), failed: RankSet([1, 2, 4, 5].map { Rank($0) }))
        #expect(second.map(\.spare) == [Rank(6)])
        #expect(second.map(\.rank) == [Rank(4)])
        #expect(plan.replacements(for: RankSet(), launched: ranks(0...3), failed: RankSet()).isEmpty)
    }

    @Test func aBareProgramStartsWhereTheSoftwareIs() {
        func program(_ path: String) -> String? {
            ProcessSpecification(name: "w", path: path, arguments: ["a b"], line: 1)
                .task(application: "p.c.x", timeoutMilliseconds: 5, graceMilliseconds: 6).arguments.first
        }
        #expect(program("tool") == "./tool")
        #expect(program("./tool") == "./tool")
        #expect(program("bin/tool") == "bin/tool")
        #expect(program("/bin/tool") == "/bin/tool")
    }

    @Test func clustersOfDifferentConfigurationsHaveDifferentDirectories() throws {
        let plan = try plan(
            PlanSamples.specification([
                ("one", [PlanSamples.cluster("x", 1)]), ("two", [PlanSamples.cluster("x", 1)]),
            ]))
        let names = plan.steps.flatMap { step in
            step.configuration.clusters.map { ClusterKey(step, $0).directoryName }
        }
        #expect(names == ["p.one.x", "p.two.x"])
    }
}
