import PlushSpec
import PlushTree
import Testing

@testable import PlushController

/// What a specification asks for, before anything is launched.
@Suite struct PlanTests {
    private func cluster(_ name: String, _ hosts: Int, least: Int? = nil) -> Cluster {
        Cluster(
            name: name, hostCount: hosts, minimumHosts: least,
            processes: [ProcessSpecification(name: "work", path: "tool", line: 4)], line: 3)
    }

    private func specification(
        _ configurations: [(String, [Cluster])], order: [String]? = nil, resource: Resource.Kind = .local
    ) -> ApplicationSpecification {
        let configurations = configurations.map { name, clusters in
            Configuration(
                name: name, clusters: clusters, resources: [Resource(type: resource, line: 9)], line: 2)
        }
        let references = (order ?? configurations.map(\.name)).map { Reference(name: $0, line: 8) }
        return ApplicationSpecification(projects: [
            Project(
                name: "p", configurations: configurations,
                applications: [Application(name: "a", configurations: references, line: 7)], line: 1)
        ])
    }

    private func plan(_ specification: ApplicationSpecification, local: Int? = nil) throws -> RunPlan {
        var options = ControllerOptions()
        options.localHosts = local
        return try RunPlan(specification, fileName: "app.xml", options: options)
    }

    private func ranks(_ bounds: ClosedRange<UInt32>) -> RankSet {
        RankSet(bounds.map { Rank($0) })
    }

    @Test func theLargestConfigurationDecidesHowManyHosts() throws {
        let plan = try plan(
            specification([("one", [cluster("x", 2), cluster("y", 3)]), ("two", [cluster("z", 4)])]))
        #expect(plan.wantedCount == 5)
        #expect(plan.poolCount == 5)
        #expect(plan.steps.map(\.title) == ["a, one", "a, two"])
    }

    @Test func configurationsComeInTheOrderOfTheApplicationAndMayRepeat() throws {
        let plan = try plan(
            specification([("one", [cluster("x", 1)]), ("two", [cluster("y", 1)])], order: ["two", "one", "two"]))
        #expect(plan.steps.map(\.configuration.name) == ["two", "one", "two"])
    }

    @Test func moreHostsThanWantedAreSpares() throws {
        let plan = try plan(specification([("one", [cluster("x", 4)])]), local: 10)
        #expect(plan.wantedCount == 4)
        #expect(plan.poolCount == 10)
    }

    @Test func fewerHostsThanWantedWillDoDownToTheMinimum() throws {
        let asked = specification([("one", [cluster("x", 50, least: 48)])])
        #expect(try plan(asked, local: 48).wantedCount == 48)
        let error = #expect(throws: ControllerError.self) { try plan(asked, local: 47) }
        #expect(error?.code == .usage)
        #expect(error?.description.contains("app.xml needs at least 48 hosts and --local offers 47") == true)
    }

    @Test func resourcesElsewhereAreAnErrorWithFileAndLine() throws {
        let far = specification([("one", [cluster("x", 1)])], resource: .plab)
        let error = #expect(throws: ControllerError.self) { try plan(far) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("app.xml:9: <resources>: type \"plab\"") == true)
        #expect(error?.remedy.isEmpty == false)
        #expect(try plan(far, local: 1).poolCount == 1)
    }

    @Test func clustersGetTheirMinimumFirstAndThenFillUpInOrder() throws {
        let step = try #require(
            try plan(specification([("one", [cluster("x", 4, least: 2), cluster("y", 4, least: 3)])])).steps.first)
        #expect(step.minimumCount == 5)
        #expect(step.place(ranks(0...3)) == nil)
        #expect(step.place(ranks(0...4)) == [ranks(0...1), ranks(2...4)])
        #expect(step.place(ranks(0...5)) == [ranks(0...2), ranks(3...5)])
        #expect(step.place(ranks(0...7)) == [ranks(0...3), ranks(4...7)])
        // More than wanted stay out of it.
        #expect(step.place(ranks(10...30)) == [ranks(10...13), ranks(14...17)])
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
        let plan = try plan(specification([("one", [cluster("x", 1)]), ("two", [cluster("x", 1)])]))
        let names = plan.steps.flatMap { step in
            step.configuration.clusters.map { ClusterKey(step, $0).directoryName }
        }
        #expect(names == ["p.one.x", "p.two.x"])
    }
}
