import PlushSpec
import PlushTree
import Testing

/// Barriers in specifications: where they stand, what they say, and every way to get them wrong.
@Suite struct BarrierSpecificationTests {
    /// Two clusters with `first` and `second` as their executions, one element a line from line 2 on.
    private static func text(_ first: String, _ second: String = process("d"), hosts: Int = 50) -> String {
        func cluster(_ name: String, _ execution: String) -> String {
            "<cluster name=\"\(name)\"><rspec><num_hosts>\(hosts)</num_hosts></rspec><execution>\n\(execution)\n"
                + "</execution></cluster>"
        }
        return "<plush><project><configuration>" + cluster("one", first) + cluster("two", second)
            + "</configuration></project></plush>"
    }

    private static func process(_ name: String, _ inside: String = "") -> String {
        "<process name=\"\(name)\"><path>/bin/true</path>\(inside)</process>"
    }

    private func configuration(_ text: String) throws -> Configuration {
        try #require(try SpecificationParser.parse(text, fileName: "app.xml").projects.first?.configurations.first)
    }

    @Test func barriersCutAnExecutionIntoStages() throws {
        let first = [
            "<barrier name=\"installed\" entry=\"98/30s\"/>", Self.process("a"), Self.process("b"),
            "<barrier name=\"fetched\" entry=\"knee/10m\" release=\"limit:25\" late=\"refuse\"/>", Self.process("c"),
        ].joined(separator: "\n")
        let second = Self.process("d") + "\n<barrier name=\"fetched\"/>"
        let configuration = try configuration(Self.text(first, second, hosts: 100))
        #expect(
            configuration.clusters[0].stages == [
                Cluster.Stage(barrier: "installed", processes: 0..<2),
                Cluster.Stage(barrier: "fetched", processes: 2..<3),
            ])
        #expect(
            configuration.clusters[1].stages == [
                Cluster.Stage(barrier: nil, processes: 0..<1), Cluster.Stage(barrier: "fetched", processes: 1..<1),
            ])
        #expect(configuration.barriers.map(\.name) == ["installed", "fetched"])
        #expect(configuration.barriers.map(\.policy.description) == ["98/30s", "knee/10m limit:25 refuse"])
        #expect(configuration.barriers.map(\.line) == [2, 5])
    }

    @Test func aProcessNamesTheBarriersThatItEnters() throws {
        let step =
            "<barrier name=\"step\" release=\"rate:5/s\" stragglers=\" ./decide now \" stragglers_after=\"5s\" stragglers_on=\"hosts\"/>"
        let configuration = try configuration(
            Self.text(Self.process("a", step), Self.process("b", "<barrier name=\"step\"/>")))
        let barrier = try #require(configuration.barriers.first)
        #expect(configuration.barriers.count == 1 && barrier.kind == .processes)
        #expect(barrier.policy.description == "rate:5/s")
        let after = BarrierDelay(milliseconds: 5_000)
        #expect(barrier.stragglers == .init(command: "./decide now", after: after, place: .hosts))
        #expect(configuration.clusters.flatMap(\.processes).map(\.barriers) == [["step"], ["step"]])
        #expect(configuration.clusters[0].stages == [Cluster.Stage(barrier: nil, processes: 0..<1)])
    }

    @Test(arguments: ["all", "all/60s", "98", "95%", "99.5%/30s", "knee", "knee:80%/60s"])
    func everyEntryRuleCombinesWithEveryRelease(entry: String) throws {
        for release in ["once", "rate:5/s", "limit:25", "adaptive", "adaptive:60"] {
            for late in ["pass", "refuse"] {
                let barrier = "<barrier name=\"x\" entry=\"\(entry)\" release=\"\(release)\" late=\"\(late)\"/>"
                let text = Self.text(barrier + Self.process("a"), "<barrier name=\"x\"/>" + Self.process("d"))
                #expect(schemaAccepts(text) == true)
                let policy = try #require(try configuration(text).barriers.first).policy
                #expect(try BarrierPolicy("\(entry) \(release) \(late)") == policy)
            }
        }
    }

    @Test(arguments: [
        ("<barrier/>", "\"name\" is missing", false), ("<barrier name=\"x\" entry=\"120%\"/>", "at most 100%", true),
        ("<barrier name=\"x\" entry=\"most\"/>", "write all, a count", false),
        ("<barrier name=\"x\" entry=\"98/30\"/>", "ms, s, m, h or d", false),
        ("<barrier name=\"x\" entry=\"51\"/>", "there are only 50 hosts", true),
        ("<barrier name=\"x\" release=\"limit:0\"/>", "from 1", true),
        ("<barrier name=\"x\" release=\"slowly\"/>", "rate:5/s", false),
        ("<barrier name=\"x\" late=\"never\"/>", "\"pass\" or \"refuse\"", false),
        ("<barrier name=\"x\" stragglers=\"\"/>", "./decide", false),
        ("<barrier name=\"x\" stragglers_after=\"3s\"/>", "without the command", false),
        ("<barrier name=\"x\" stragglers=\"a\" stragglers_after=\"soon\"/>", "such as 30s", false),
        ("<barrier name=\"x\" stragglers=\"a\" stragglers_on=\"moon\"/>", "\"controller\" or \"hosts\"", false),
        ("<barrier name=\"x\" enrty=\"all\"/>", "did you mean \"entry\"?", false),
        ("<barrier name=\"-x\"/>", "a name has letters", false),
        ("<barrier name=\"x\">text</barrier>", "it holds nothing", false),
    ])
    func whatIsWrongIsToldWithItsLine(barrier: String, telling: String, schemaAccepts accepted: Bool) throws {
        let text = Self.text(Self.process("a") + "\n" + barrier)
        let found = faults(text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.line == 3 && found.first?.element == "barrier")
        #expect(found.first?.message.contains(telling) == true, "\(found)")
        #expect(schemaAccepts(text) == accepted)
    }

    @Test func aKneeWithTwoHostsIsRefusedAndOneOverTwoClustersIsNot() throws {
        let knee = "<barrier name=\"x\" entry=\"knee\"/>" + Self.process("a")
        #expect(faults(Self.text(knee, hosts: 2)).first?.message.contains("a knee needs 4 hosts") == true)
        let shared = Self.text(knee, "<barrier name=\"x\"/>" + Self.process("d"), hosts: 2)
        #expect(faults(shared).isEmpty)
    }

    @Test func aBarrierIsDescribedOnce() {
        let first = "<barrier name=\"x\" entry=\"95%\"/>" + Self.process("a")
        let found = faults(Self.text(first, "<barrier name=\"x\" entry=\"90%\"/>" + Self.process("d")))
        #expect(found.map(\.line) == [4])
        #expect(found.first?.message.contains("described otherwise on line 2") == true)
        #expect(faults(Self.text(first, first)).isEmpty, "the same again is no other")
    }

    @Test func hostsAndProcessesDoNotMeet() {
        let found = faults(
            Self.text("<barrier name=\"x\"/>" + Self.process("a"), Self.process("d", "<barrier name=\"x\"/>")))
        #expect(found.map(\.line) == [4] && found.first?.message.contains("two names") == true)
    }

    @Test func clustersComeToSharedBarriersInOneOrder() {
        func between(_ names: String...) -> String {
            names.map { "<barrier name=\"\($0)\"/>\n" + Self.process("p\($0)") }.joined(separator: "\n")
        }
        let found = faults(Self.text(between("x", "y", "z"), between("z", "x")))
        #expect(found.map(\.line) == [11] && found.first?.message.contains("in one order") == true, "\(found)")
        #expect(faults(Self.text(between("x", "y", "z"), between("x", "z"))).isEmpty)
        #expect(faults(Self.text(between("x", "y"), between("q", "y"))).isEmpty)
    }

    @Test func processesOfTwoStagesDoNotShareABarrier() {
        let step = "<barrier name=\"step\"/>"
        let found = faults(
            Self.text(Self.process("a", step) + "\n<barrier name=\"x\"/>\n" + Self.process("b", step)))
        #expect(found.map(\.line) == [4] && found.first?.message.contains("never run together") == true, "\(found)")
        #expect(faults(Self.text(Self.process("a", step) + Self.process("b", step))).isEmpty)
    }

    @Test func aBarrierStandsOnceInAnExecution() {
        let found = faults(Self.text("<barrier name=\"x\"/>\n" + Self.process("a") + "\n<barrier name=\"x\"/>"))
        #expect(found.map(\.line) == [4] && found.first?.code == .duplicate)
    }
}
