import Foundation
import PlushTree
import Testing

@testable import PlushController

/// From what `--tree` was given to the shape for the hosts at hand.
@Suite struct TreeResolutionTests {
    private static let lab = HostPool.ssh(["n1", "n2", "n3"].map { HostTarget(name: $0) })

    /// The SSH configuration of whoever runs the tests must not matter.
    private static var ssh: SSHOptions {
        var options = SSHOptions()
        options.configurationPath = "none"
        return options
    }

    private static func resolve(
        _ request: TreeRequest, for pool: HostPool = lab, measures: Bool = false
    ) async throws -> TreeResolution {
        try await TreeResolution(request, for: pool, ssh: ssh, measures: measures)
    }

    @Test func aShapeStaysAsItIsAndNeedsNoReason() async throws {
        for shape in [TreeShape.flat, .kary(fanout: 3), .binomial, .postal(.standard)] {
            let resolution = try await Self.resolve(.shape(shape), measures: true)
            #expect(resolution.shape == shape && resolution.reason == nil)
        }
    }

    @Test func givenCostsAreSaidToBeGiven() async throws {
        let costs = LinkCosts(latencyNanoseconds: 1_000_000, gapNanoseconds: 100_000)
        let resolution = try await Self.resolve(.auto(costs), for: .local(count: 1_000), measures: true)
        guard case .kary = resolution.shape else { return #expect(Bool(false), "\(resolution.shape)") }
        #expect(resolution.reason?.contains("L 1ms (given) and g 100us (given)") == true)
    }

    @Test(arguments: [TreeRequest.auto(nil), .postal])
    func nothingIsReachedInOrderToDraw(request: TreeRequest) async throws {
        for pool in [Self.lab, .local(count: 50)] {
            let resolution = try await Self.resolve(request, for: pool)
            #expect(resolution.reason?.contains("assumed") == true)
        }
    }

    @Test func hostsThatAnswerAreMeasuredAndOthersLeftOut() async throws {
        let server = try LoopbackServer { _ in .bytes([]) }
        defer { server.stop() }
        let here = (0..<3).map { _ in HostTarget(name: "127.0.0.1", port: server.port) }
        let gone = HostTarget(name: "127.0.0.1", port: 1)
        let measured = try #require(await LatencyProbe.measure(here + [gone], ssh: Self.ssh))
        #expect(measured.hosts == 3 && measured.connectNanoseconds > 0)
        let resolution = try await Self.resolve(.auto(nil), for: .ssh(here + [gone]), measures: true)
        #expect(resolution.reason?.contains("(measured on 3 hosts) and g 20us (assumed)") == true)
        let postal = try await Self.resolve(.postal, for: .ssh([here[0], gone]), measures: true)
        #expect(postal.reason?.contains("L measured on 1 host, g assumed") == true, "\(postal.reason ?? "")")
        guard case .postal(let costs) = postal.shape else { return #expect(Bool(false), "\(postal.shape)") }
        #expect(costs.latencyNanoseconds > LinkCosts.receiveNanoseconds)
    }

    @Test func whereNoHostAnswersCostsAreAssumedAndThatIsSaid() async throws {
        let gone = HostTarget(name: "127.0.0.1", port: 1)
        #expect(await LatencyProbe.measure([gone], ssh: Self.ssh) == nil)
        let resolution = try await Self.resolve(.auto(nil), for: .ssh([gone]), measures: true)
        #expect(resolution.reason?.contains("assumed: no host could be measured") == true)
    }

    @Test func aFewHostsAreTriedEvenlyFromTheWholeList() {
        let targets = (0..<1_000).map { HostTarget(name: "n\($0)") }
        #expect(LatencyProbe.sample(targets).map(\.name) == (0..<8).map { "n\($0 * 125)" })
        #expect(LatencyProbe.sample(Array(targets.prefix(8))) == Array(targets.prefix(8)))
        #expect(Set(LatencyProbe.sample(Array(targets.prefix(9)))).count == 8)
        #expect(LatencyProbe.sample([]) == [])
    }

    @Test func aTreeFileIsReadForTheHostsOfThePool() async throws {
        let workspace = try SSHSettingsWorkspace()
        let path = try workspace.write("\u{FEFF}controller: n3\r\nn3: n[1-2]\r\n", to: "tree")
        let resolution = try await Self.resolve(.file(path: path))
        guard case .explicit(let tree) = resolution.shape else { return #expect(Bool(false), "\(resolution.shape)") }
        #expect((1...3).map { tree.host(at: $0) } == [2, 0, 1])
        #expect(resolution.reason == nil)
    }

    @Test(arguments: [
        ("controller: n[1-2]\n", ": no line gives a parent to n3"), ("controller n1\n", ":1: 'controller n1' is not"),
        ("controller: n[1-2]\n\nn1: n9\n", ":3: n9 is not among the hosts; those are n[1-3]"),
        ("controller: n1 n2 n3 n1", ""),
    ])
    func aTreeFileThatIsWrongIsToldWithItsLine(text: String, complaint: String) async throws {
        let workspace = try SSHSettingsWorkspace()
        let path = try workspace.write(text, to: "tree")
        // Repeated names within one node set count once, as everywhere.
        guard !complaint.isEmpty else {
            _ = try await Self.resolve(.file(path: path))
            return
        }
        let error = await #expect(throws: ControllerError.self) { try await Self.resolve(.file(path: path)) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix(path + complaint) == true, "\(error?.message ?? "")")
    }

    @Test func whatIsNoTreeFileIsRefused() async throws {
        let workspace = try SSHSettingsWorkspace()
        let nowhere = await #expect(throws: ControllerError.self) { try await Self.resolve(.file(path: "/nowhere")) }
        #expect(nowhere?.description.contains("/nowhere: there is no such file (name a file whose lines") == true)
        let directory = await #expect(throws: ControllerError.self) {
            try await Self.resolve(.file(path: workspace.path))
        }
        #expect(directory?.message.hasSuffix(": this is a directory") == true)
        try Data([0x63, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: workspace.file("binary")))
        let binary = await #expect(throws: ControllerError.self) {
            try await Self.resolve(.file(path: workspace.file("binary")))
        }
        #expect(binary?.message.hasSuffix("binary: this is not text in UTF-8") == true)
    }
}
