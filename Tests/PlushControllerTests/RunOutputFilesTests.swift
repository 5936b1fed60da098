import Foundation
import PlushTree
import Testing

@testable import PlushController

/// What is written below `--output DIR`.
@Suite struct RunOutputFilesTests {
    private func output(_ ranks: [UInt32], _ text: String, isError: Bool = false, name: String = "work")
        -> ControllerEvent.Output
    {
        ControllerEvent.Output(
            name: name, ranks: RankSet(ranks.map { Rank($0) }), isError: isError, number: 0, bytes: Array(text.utf8),
            isLast: false)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    @Test func outputIsAppendedToTheFilesOfItsHosts() throws {
        let place = try Workspace()
        let directory = place.path + "/out"
        let files = try OutputFiles(directory: directory, hostNames: ["a", "b", "c"])
        #expect(files.write(output([0, 2], "one\n")) == nil)
        #expect(files.write(output([0], "two\n")) == nil)
        #expect(files.write(output([0], "bad\n", isError: true)) == nil)
        #expect(files.write(output([0], "other\n", name: "second")) == nil)
        #expect(files.write(output([1], "")) == nil)
        #expect(try text(directory + "/a/work.out") == "one\ntwo\n")
        #expect(try text(directory + "/c/work.out") == "one\n")
        #expect(try text(directory + "/a/work.err") == "bad\n")
        #expect(try text(directory + "/a/second.out") == "other\n")
        #expect(!FileManager.default.fileExists(atPath: directory + "/b"))
    }

    @Test func moreHostsThanOpenFilesLoseNothing() throws {
        let place = try Workspace()
        let directory = place.path + "/out"
        let count = 600
        let names = (0..<count).map { "host\($0)" }
        let files = try OutputFiles(directory: directory, hostNames: names)
        for round in 0..<3 {
            for rank in 0..<UInt32(count) { #expect(files.write(output([rank], "\(round) \(rank)\n")) == nil) }
        }
        for (rank, name) in names.enumerated() {
            #expect(try text("\(directory)/\(name)/work.out") == "0 \(rank)\n1 \(rank)\n2 \(rank)\n")
        }
    }

    @Test func filesOfAnEarlierRunAreReplaced() throws {
        let place = try Workspace()
        let old = try place.write(Array("of yesterday, and longer\n".utf8), to: "out/a/work.out")
        let files = try OutputFiles(directory: place.path + "/out", hostNames: ["a"])
        #expect(files.write(output([0], "new\n")) == nil)
        #expect(try text(old) == "new\n")
    }

    @Test func aLinkInTheWayIsNotFollowedAndIsSaidOnce() throws {
        let place = try Workspace()
        let target = try place.write(Array("mine\n".utf8), to: "precious")
        try FileManager.default.createDirectory(atPath: place.path + "/out/a", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: place.path + "/out/a/work.out", withDestinationPath: target)
        let files = try OutputFiles(directory: place.path + "/out", hostNames: ["a", "b"])
        #expect(files.write(output([0, 1], "x\n"))?.contains("a/work.out") == true)
        #expect(files.write(output([0, 1], "y\n")) == nil)
        #expect(try text(target) == "mine\n")
        #expect(try text(place.path + "/out/b/work.out") == "x\ny\n")
    }

    @Test func aDirectoryThatCannotBeMadeIsAUsageError() throws {
        let place = try Workspace()
        try place.write([], to: "file")
        let error = #expect(throws: ControllerError.self) {
            try OutputFiles(directory: place.path + "/file/out", hostNames: [])
        }
        #expect(error?.code == .usage)
    }
}
