import Foundation
import PlushTree
import Testing

@testable import PlushController

@Suite struct OverlayPlacesTests {
    private func home() throws -> String {
        let path = NSTemporaryDirectory() + "/h-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test(arguments: ["a", "lab", "A-1_b.c", "9", String(repeating: "x", count: 32)])
    func namesThatAreNames(name: String) {
        #expect(OverlayName.isValid(name))
    }

    @Test(arguments: ["", ".", "..", "-x", ".x", "a/b", "a b", "ä", "a\n", String(repeating: "x", count: 33)])
    func namesThatAreNone(name: String) {
        #expect(!OverlayName.isValid(name))
        #expect(throws: ControllerError.self) { try OverlayName.checked(name) }
    }

    @Test func aClaimIsPrivateAndLeavesNothing() throws {
        let places = OverlayPlaces(home: try home())
        let claim = try OverlayClaim("lab", in: places)
        for path in [places.root, places.path("lab")] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
        #expect(places.all().map(\.name) == ["lab"])
        claim.release()
        #expect(places.all().isEmpty)
    }

    @Test func whatAControllerLeftIsKnownAsThat() throws {
        let places = OverlayPlaces(home: try home())
        try FileManager.default.createDirectory(atPath: places.path("lab"), withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: places.record("lab")))
        #expect(places.entry("lab")?.state == .gone)
        #expect(places.living.isEmpty)
        #expect(throws: ControllerError.self) { try places.choose(nil) }
        #expect(throws: ControllerError.self) { try places.choose("lab") }
        #expect(OverlayClient.removeRemains(of: "lab", in: places))
        #expect(!OverlayClient.removeRemains(of: "lab", in: places))
    }

    @Test func aMachineIsKnownByNameAndBoot() {
        let machine = OverlayRecord.Machine(text: "host boot\n")
        #expect(machine == OverlayRecord.Machine(name: "host", boot: "boot"))
        #expect(OverlayRecord.Machine(text: "") == nil)
        #expect(OverlayRecord.Machine(text: OverlayRecord.Machine.own.text) == .own)
    }

    // MARK: - Hosts of an overlay

    private let hosts = OverlayHosts(
        overlay: "lab", names: ["n1", "n2", "m7:2222", "m7"], fullNames: ["n1", "me@n2", "m7:2222", "m7"])

    private func ranks(_ nodes: [String], without: [String] = []) throws -> [UInt32] {
        try hosts.choose(HostSelection(nodes: nodes, exclusions: without)).ranks.map(\.value)
    }

    @Test func hostsAreFoundByWhatIsWrittenOfThem() throws {
        #expect(try ranks([]) == [0, 1, 2, 3])
        #expect(try ranks(["n[1-2]"]) == [0, 1])
        #expect(try ranks(["m7"]) == [2, 3])
        #expect(try ranks(["m7:2222"]) == [2])
        #expect(try ranks(["n*"], without: ["n1"]) == [1])
        #expect(try ranks([], without: ["m7"]) == [0, 1])
        #expect(try hosts.choose(HostSelection(nodes: ["n1"], exclusions: ["x9"])).warnings.count == 1)
    }

    @Test func hostsThatAreNotThereAreNamed() {
        #expect {
            try ranks(["n1,n33"])
        } throws: { "\($0)" == "-w: n33 is no host of overlay lab (did you mean n1?)" || "\($0)".contains("n33") }
        #expect(throws: ControllerError.self) { try ranks(["you@n2"]) }
        #expect(throws: ControllerError.self) { try ranks(["n1"], without: ["n1"]) }
    }

    @Test func slipsAreSeenAndOtherWordsNot() {
        #expect(Spelling.nearest(to: "lba", among: ["main", "lab"]) == "lab")
        #expect(Spelling.nearest(to: "lab2", among: ["lab1"]) == "lab1")
        #expect(Spelling.nearest(to: "quite", among: ["lab", "main"]) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }
}
