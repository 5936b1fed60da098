import Foundation
import NIOCore
import Testing

@testable import PlushController

/// The agent as it is sent.
struct AgentImageTests {
    private let path = NSTemporaryDirectory() + "plush-image-" + UUID().uuidString

    /// A file that begins like a program of Linux for the processor with this number.
    private static func program(_ number: UInt8, isLittleEndian: Bool = true, padding: Int = 0) -> [UInt8] {
        let number: [UInt8] = isLittleEndian ? [number, 0] : [0, number]
        return [0x7f, 0x45, 0x4c, 0x46, 2, isLittleEndian ? 1 : 2] + [UInt8](repeating: 0, count: 12) + number
            + (0..<padding).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    }

    /// Runs `body` with the image of a file with these bytes.
    private func withImage(_ bytes: [UInt8], _ body: (AgentImage) async throws -> Void) async throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(AgentImage(path: path))
    }

    @Test(arguments: [0, 1, 1_000, 3_000_001])
    func bothFormsAreWhatTheToolsOfAHostExpect(padding: Int) async throws {
        let bytes = Self.program(62, padding: padding)
        try await withImage(bytes) { image in
            #expect(image.sizeBytes == bytes.count && image.machine == "x86_64")
            #expect(try image.hash == HostScriptAgent(bytes).hash)
            #expect(Array(buffer: try await image.bytes(.plain)) == bytes)
            let compressed = Array(buffer: try await image.bytes(.gzip))
            #expect(try HostScriptAgent.pipe(compressed, through: ["gzip", "-dc"]) == bytes)
            #expect(padding < 1_000 || compressed.count < bytes.count)
        }
    }

    @Test func theBytesAreMadeOnceHoweverManyAskForThem() async throws {
        try await withImage(Self.program(62, padding: 2_000_000)) { image in
            let first = try await image.bytes(.gzip)
            try FileManager.default.removeItem(atPath: path)
            let addresses = try await withThrowingTaskGroup(of: UInt.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await image.bytes(.gzip).withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
                    }
                }
                return try await group.reduce(into: Set<UInt>()) { $0.insert($1) }
            }
            #expect(addresses == [first.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }])
        }
    }

    @Test(arguments: AgentImage.Form.allCases)
    func aFileThatChangesAfterItWasHashedIsNotSent(form: AgentImage.Form) async throws {
        try await withImage(Self.program(62, padding: 5_000)) { image in
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seek(toOffset: 2_000)
            try handle.write(contentsOf: Data("other".utf8))
            let error = try await #require(#expect(throws: ControllerError.self) { _ = try await image.bytes(form) })
            #expect(error.message.contains("has changed"))
        }
        try await withImage(Self.program(62, padding: 5_000)) { image in
            try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 100)
            let error = try await #require(#expect(throws: ControllerError.self) { _ = try await image.bytes(form) })
            #expect(error.message.contains("shorter"))
        }
    }

    @Test func aFileThatIsReplacedAfterItWasHashedIsSentAsItWas() async throws {
        let bytes = Self.program(183, padding: 5_000)
        try await withImage(bytes) { image in
            try Data("new".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            #expect(image.machine == "aarch64")
            #expect(Array(buffer: try await image.bytes(.plain)) == bytes)
        }
    }

    @Test(arguments: [(62, true, "x86_64"), (183, true, "aarch64"), (243, true, "riscv64"), (22, false, "s390x")])
    func theMachineIsNamedAsUnameDoes(number: UInt8, isLittleEndian: Bool, name: String) async throws {
        try await withImage(Self.program(number, isLittleEndian: isLittleEndian)) { #expect($0.machine == name) }
    }

    @Test func thisMachineNamesItsOwnProgramsSo() async throws {
        #expect(try await AgentImage(path: "/proc/self/exe").machine == HostScriptAgent.machine)
    }

    @Test(arguments: [
        [], Array("#!/bin/sh\n exit 0 # long enough".utf8), program(62).dropLast(), program(250),
        program(62, isLittleEndian: false),
    ])
    func whatIsNoProgramIsRefused(bytes: [UInt8]) async throws {
        await #expect(throws: ControllerError.self) { try await withImage(bytes) { _ in } }
    }

    @Test func aMissingFileOrADirectoryIsRefusedByName() async throws {
        for (path, words) in [("/missing/plush-agent", "cannot be read: No such file"), ("/tmp", "is no file")] {
            let error = try await #require(
                #expect(throws: ControllerError.self) { _ = try await AgentImage(path: path) })
            #expect(error.message.contains(path) && error.message.contains(words), "\(error)")
        }
    }
}
