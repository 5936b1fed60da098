import Foundation
import Testing

/// `plush-sim scale` as its users run it.
@Suite struct ScaleCommandTests {
    private static let heads = "hosts,tree,depth,root_children,launch_ns,fan_out_ns,"

    @Test func theTableHasAPointForEachSizeAndShape() throws {
        let (code, text) = try SimulatorProgram.run([
            "scale", "--hosts", "5,30", "--tree", "flat,kary:2..10,postal:20ms,50us,binomial", "--format", "csv",
        ])
        let lines = text.split(separator: "\n")
        #expect(code == 0 && lines.count == 1 + 2 * 6 && lines[0].hasPrefix(Self.heads))
        let shapes = lines.dropFirst().map { String($0.drop { $0 != "," }.dropFirst()) }
        for (line, shape) in zip(
            shapes, ["flat,", "kary:2,", "kary:4,", "kary:8,", "\"postal:20ms,50us\",", "binomial,"])
        {
            #expect(line.hasPrefix(shape))
        }
        // A star of 5 at the default costs: L + 5 g.
        #expect(lines[1].split(separator: ",")[5] == "600000")
    }

    @Test func theOutputDirectoryHasTablesAndPlots() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plush-sim-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (code, text) = try SimulatorProgram.run([
            "scale", "--hosts", "10,100", "--tree", "flat,kary:16", "--output", folder.path,
        ])
        #expect(code == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == [
                "barrier.svg", "launch.svg", "root-messages.svg", "round-trip.svg", "scale.csv", "scale.md",
                "scale.txt",
                "star-against-tree.svg",
            ])
        for name in names { #expect(text.contains(name)) }
        for name in names where name.hasSuffix(".svg") {
            let svg = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            let document = XMLCheck(svg)
            #expect(
                document.isWellFormed && document.paths > 4 && document.words.contains { $0.hasPrefix("hosts") },
                "\(name)")
            #expect(!document.words.contains { $0.hasPrefix("?") }, "\(name)")
        }
    }

    @Test func jitterComesFromItsSeed() throws {
        let options = ["scale", "--hosts", "60", "--tree", "kary:4", "--jitter", "1ms", "--format", "csv"]
        let first = try SimulatorProgram.run(options + ["--seed", "3"]).text
        #expect(try SimulatorProgram.run(options + ["--seed", "3"]).text == first)
        #expect(try SimulatorProgram.run(options + ["--seed", "4"]).text != first)
    }
}
