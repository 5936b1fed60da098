import PlushController
import Testing

/// `-w`, `--hostfile` and `-x`, and the names that people see.
@Suite struct HostsSelectionTests {
    private func hosts(_ nodes: String..., without: [String] = []) throws -> [String] {
        try HostSelection(nodes: nodes, exclusions: without).resolve().hosts.map(\.fullLabel)
    }

    @Test func namesMayHaveUsersAndPorts() throws {
        #expect(
            try hosts("n[1-2]:2222,me@m7", "::1,fe80::1%lo,root@::1") == [
                "n1:2222", "n2:2222", "me@m7", "::1", "fe80::1%lo", "root@::1",
            ])
        let first = try #require(try HostSelection(nodes: ["me@n1:2222"]).resolve().hosts.first)
        #expect(first == HostTarget(name: "n1", user: "me", port: 2222))
    }

    @Test func aHostCountsOnceAtItsFirstPlace() throws {
        #expect(try hosts("n3,n[1-3]", "n1") == ["n3", "n1", "n2"])
        // Another user or port is another host.
        #expect(try hosts("n1,a@n1,n1:2222,n1").count == 3)
    }

    @Test func excludedHostsAreTakenAway() throws {
        #expect(try hosts("n[1-5]", without: ["n[2-3]", "n5"]) == ["n1", "n4"])
        #expect(try hosts("n1,me@n1,n1:2222,n2", without: ["n1"]) == ["n2"])
        #expect(try hosts("n1,me@n1,n1:2222", without: ["n1:2222"]) == ["n1", "me@n1"])
        #expect(try hosts("n1,me@n1,n1:2222", without: ["me@n1"]) == ["n1", "n1:2222"])
    }

    @Test func unknownExcludedHostsAreAWarning() throws {
        let selected = try HostSelection(nodes: ["n[1-3]"], exclusions: ["n[3-5]"]).resolve()
        #expect(selected.hosts.map(\.name) == ["n1", "n2"])
        #expect(selected.warnings == ["-x: not among the hosts, so not taken away: n[4-5]"])
    }

    @Test(arguments: [
        (["n[3-1]"], [], "-w: character 3, in \"n[3-1]\""), (["n1"], ["n[1"], "-x: character 4"),
        (["n[1-2]"], ["n[1-9]"], "no hosts are left: -x takes all 2 away"), ([""], [], "-w: there is no name in it"),
        (["-oProxyCommand=x"], [], "-w: in \"-oProxyCommand=x\""), (["n1!"], [], "-w: character 4"),
        (["^"], [], "-w: a file is missing after ^"),
    ])
    func whatIsWrongIsToldWithTheOption(nodes: [String], exclusions: [String], message: String) {
        let error = #expect(throws: ControllerError.self) {
            try HostSelection(nodes: nodes, exclusions: exclusions).resolve()
        }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test func standardInputIsReadOnce() {
        let error = #expect(throws: ControllerError.self) { try HostSelection(files: ["-", "-"]).resolve() }
        #expect(error?.message == "standard input is named twice")
    }

    @Test func peopleSeeTheNameAndASpecialPort() {
        let pool = HostPool.ssh([
            HostTarget(name: "n1"), HostTarget(name: "n2", user: "me", port: 22), HostTarget(name: "n3", port: 2222),
            HostTarget(name: "::1", port: 2222),
        ])
        #expect(pool.names == ["n1", "n2", "n3:2222", "[::1]:2222"])
        #expect(HostPool.local(count: 3).names == ["local0", "local1", "local2"])
        #expect(HostPool.local(count: 3).count == 3)
    }

    @Test func namesAreToldApartInFullWhereTheyHaveTo() {
        let targets = [
            HostTarget(name: "n1"), HostTarget(name: "n1", user: "a"), HostTarget(name: "n1", user: "b"),
            HostTarget(name: "n1", port: 22), HostTarget(name: "n1", port: 2222),
            HostTarget(name: "n1", user: "a", port: 2222), HostTarget(name: "n2", user: "a"),
        ]
        let names = HostPool.ssh(targets).names
        #expect(names == ["n1", "a@n1", "b@n1", "n1:22", "n1:2222", "a@n1:2222", "n2"])
        #expect(Set(names).count == targets.count)
    }
}
