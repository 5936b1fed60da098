import PlushSpec
import PlushTree
import Testing

@testable import PlushController

/// Hosts that a specification's resources name, looked up in a directory file.
@Suite struct PlanResourcesTests {
    private let place: Workspace
    private var options = ControllerOptions()

    init() throws {
        place = try Workspace()
        let text = """
            <directory>
              <group name="lab"><hosts>n[1-6]</hosts></group>
              <group name="ucsd_3" type="plab" port="22"><hosts>p[1-3] m7:2222 root@m8</hosts></group>
              <group name="more" user="me"><hosts>n[5-8]</hosts></group>
            </directory>
            """
        try place.write(Array(text.utf8), to: "directory.xml")
        options.directoryPath = place.path + "/directory.xml"
    }

    private let lab = Resource(type: .ssh, group: "lab", line: 9)
    private let slice = Resource(type: .plab, group: "ucsd_3", line: 9)

    private func plan(
        _ clusters: [Cluster], _ resources: [[Resource]], options changed: ControllerOptions? = nil
    ) throws -> RunPlan {
        let configurations = zip(["one", "two", "three"], clusters).map { ($0, [$1]) }
        return try RunPlan(
            PlanSamples.specification(configurations, resources: resources), fileName: "app.xml",
            options: changed ?? options)
    }

    private func error(
        _ count: Int, _ resources: [Resource], options changed: ControllerOptions? = nil
    ) -> ControllerError? {
        #expect(throws: ControllerError.self) {
            try plan([PlanSamples.cluster("x", count)], [resources], options: changed)
        }
    }

    @Test func aGroupGivesItsHostsWithUserAndPort() throws {
        let plan = try plan([PlanSamples.cluster("x", 3)], [[Resource(type: .plab, group: "ucsd_3", line: 9)]])
        #expect(
            plan.pool
                == .ssh([
                    HostTarget(name: "p1", user: "ucsd_3", port: 22), HostTarget(name: "p2", user: "ucsd_3", port: 22),
                    HostTarget(name: "p3", user: "ucsd_3", port: 22),
                    HostTarget(name: "m7", user: "ucsd_3", port: 2222),
                    HostTarget(name: "m8", user: "root", port: 22),
                ]))
        #expect(plan.pool.names == ["p1", "p2", "p3", "m7:2222", "m8"])
        #expect(plan.wanted == RankSet(count: 3))
    }

    @Test func theUserOfTheOptionsIsForHostsThatNameNone() throws {
        var options = options
        options.ssh.user = "admin"
        let plan = try plan(
            [PlanSamples.cluster("x", 3)], [[Resource(type: .plab, group: "ucsd_3", line: 9)]], options: options)
        guard case .ssh(let hosts) = plan.pool else { return #expect(Bool(false)) }
        #expect(hosts.map(\.user) == [nil, nil, nil, nil, "root"])
    }

    @Test func hostsOfAGroupCanBeLeftOut() throws {
        var options = options
        options.excludedHosts = ["n[2-3],m7", "n9"]
        let plan = try plan([PlanSamples.cluster("x", 3)], [[lab, slice]], options: options)
        #expect(plan.pool.names == ["n1", "n4", "n5", "n6", "p1", "p2", "p3", "m8"])
        options.excludedHosts = ["n[1-6]"]
        let error = error(3, [lab], options: options)
        #expect(error?.message.contains("have 0 without those of -x") == true, "\(error?.message ?? "")")
        options.excludedHosts = ["n[1-"]
        #expect(self.error(3, [lab], options: options)?.message.contains("-x") == true)
    }

    @Test func withoutAGroupAllOfTheTypeAreMeantEachOnce() throws {
        let plan = try plan([PlanSamples.cluster("x", 3)], [[Resource(type: .ssh, line: 9)]])
        // n5 and n6 of the second group have another user: they are other hosts.
        #expect(
            plan.pool.names == ["n1", "n2", "n3", "n4", "n5", "n6", "me@n5", "me@n6", "n7", "n8"])
        let twice = try self.plan(
            [PlanSamples.cluster("x", 3)],
            [[Resource(type: .ssh, group: "lab", line: 9), Resource(type: .ssh, group: "lab", line: 10)]])
        #expect(twice.pool.count == 6)
    }

    @Test func everyConfigurationUsesItsOwnPool() throws {
        let plan = try plan(
            [PlanSamples.cluster("x", 2), PlanSamples.cluster("y", 3), PlanSamples.cluster("z", 2)],
            [[slice], [lab], [lab, slice]])
        // Ranks in the order of first use: the slice has 0-4, the lab 5-10.
        #expect(plan.pool.names.first == "p1")
        #expect(plan.pool.names.last == "n6")
        #expect(plan.steps.map(\.pool.count) == [5, 6, 11])
        #expect(plan.steps[2].pool.first == Rank(5))
        #expect(plan.wanted.description == "0-1,5-7")
        let all = PlanSamples.ranks(0...10)
        #expect(plan.steps[0].place(all) == [PlanSamples.ranks(0...1)])
        #expect(plan.steps[1].place(all) == [PlanSamples.ranks(5...7)])
        #expect(plan.steps[2].place(all) == [PlanSamples.ranks(5...6)])
        #expect(plan.steps[1].place(PlanSamples.ranks(0...6)) == nil)
        #expect(plan.steps[2].place(PlanSamples.ranks(2...5)) == [RankSet([Rank(2), Rank(5)])])
    }

    @Test func sparesComeFromThePoolThatLostAHost() throws {
        let plan = try plan(
            [PlanSamples.cluster("x", 2), PlanSamples.cluster("y", 3)], [[slice], [lab]])
        let missing = RankSet([Rank(1), Rank(6)])
        let pairs = plan.replacements(for: missing, launched: plan.wanted, failed: missing)
        #expect(pairs.map(\.rank) == [Rank(1), Rank(6)])
        #expect(pairs.map(\.spare) == [Rank(2), Rank(8)])
        // Nobody else's spares are taken when the own ones are used up.
        let slices = PlanSamples.ranks(0...4)
        #expect(plan.replacements(for: slices, launched: slices.union(plan.wanted), failed: slices).isEmpty)
    }

    @Test func aSpareServesTwoConfigurationsWhereItCan() throws {
        let plan = try plan(
            [PlanSamples.cluster("x", 2), PlanSamples.cluster("y", 2)], [[lab], [lab, slice]])
        #expect(plan.wanted == RankSet(count: 2))
        let missing = RankSet(Rank(0))
        let pairs = plan.replacements(for: missing, launched: plan.wanted, failed: missing)
        #expect(pairs.map(\.spare) == [Rank(2)])
        // Where the first has no spare left, the second still takes one of its other group.
        let lost = PlanSamples.ranks(0...5)
        let last = plan.replacements(for: RankSet(Rank(5)), launched: lost, failed: lost)
        #expect(last.map(\.rank) == [Rank(5)])
        #expect(last.map(\.spare) == [Rank(6)])
    }

    @Test func whatCannotBeLookedUpIsToldWithFileAndLine() {
        let path = options.directoryPath ?? ""
        let cases: [(Int, [Resource], String)] = [
            (1, [Resource(type: .ssh, group: "lob", line: 9)], "\(path) has no group \"lob\" (add it, or"),
            (
                1, [Resource(type: .ssh, group: "ucsd_3", line: 9)],
                "the group \"ucsd_3\" is of type plab in \(path):3 (write type=\"plab\" here"
            ),
            (1, [Resource(type: .other("grid"), line: 9)], "type \"grid\" is not known (there are local, ssh and plab"),
            (
                7, [Resource(type: .ssh, group: "lab", line: 9)],
                "configuration one needs at least 7 hosts and its groups in \(path) have 6 (add hosts there"
            ),
            (
                1, [Resource(type: .local, line: 8), Resource(type: .ssh, line: 9)],
                "type \"ssh\" beside type \"local\" (line 8)"
            ),
        ]
        for (count, resources, message) in cases {
            let error = error(count, resources)
            #expect(error?.code == .usage)
            let text = error?.description ?? ""
            #expect(text.hasPrefix("app.xml:9: <resources>: \(message)"), "\(text)")
            #expect(error?.remedy.isEmpty == false)
        }
    }

    @Test func aMissingDirectoryFileIsExplainedWithAnExample() {
        var options = options
        options.directoryPath = place.path + "/none.xml"
        let error = error(1, [Resource(type: .ssh, line: 9)], options: options)
        #expect(error?.message.contains("there is no \(place.path)/none.xml") == true)
        #expect(error?.message.contains("<group name=\"lab\"") == true)
        #expect(error?.remedy.contains("--directory") == true)
    }

    @Test func faultsOfTheDirectoryFileAreThrownAsTheyAre() throws {
        try place.write(Array("<directory>\n<group/></directory>".utf8), to: "bad.xml")
        var options = options
        options.directoryPath = place.path + "/bad.xml"
        let error = #expect(throws: SpecificationError.self) {
            try plan([PlanSamples.cluster("x", 1)], [[Resource(type: .ssh, line: 9)]], options: options)
        }
        #expect(error?.faults.first?.description.hasPrefix("\(place.path)/bad.xml:2: <group>: ") == true)
    }

    @Test func optionsOverrideResourcesWithoutReadingTheDirectory() throws {
        var options = options
        options.directoryPath = place.path + "/none.xml"
        options.localHosts = 2
        let far = [[Resource(type: .ssh, line: 9)]]
        #expect(try plan([PlanSamples.cluster("x", 1)], far, options: options).pool == .local(count: 2))
        options.localHosts = nil
        options.hosts = [HostTarget(name: "n1")]
        #expect(try plan([PlanSamples.cluster("x", 1)], far, options: options).pool.names == ["n1"])
    }
}
