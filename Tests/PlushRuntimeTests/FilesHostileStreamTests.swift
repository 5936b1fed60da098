import Glibc
import NIOCore
import Testing

@testable import PlushRuntime

@Suite struct FilesHostileStreamTests {
    private func entry(
        _ kind: UInt8, _ path: String, size: UInt64 = 0, mode: UInt16 = 0o644, content: [UInt8] = [],
        pathLength: UInt16? = nil,
    ) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(kind)
        buffer.writeInteger(mode)
        buffer.writeInteger(size)
        buffer.writeInteger(pathLength ?? UInt16(path.utf8.count))
        buffer.writeString(path)
        buffer.writeBytes(content)
        return Array(buffer.readableBytesView)
    }

    /// The code with which a stream is refused, fed whole and byte by byte, and that nothing lies outside.
    private func refusal(_ bytes: [UInt8], limits: FileLimits = FileLimits()) throws -> RuntimeFileError.Code? {
        var codes: [RuntimeFileError.Code?] = []
        for step in [bytes.count, 1] {
            let here = try FilesWorkspace()
            here.write("outside/precious", "data")
            let sink = try CollectionSink(directory: here.path + "/result", host: "h", limits: limits)
            here.link("../../outside", at: "result/h/link")
            let all = CollectionFormat.magic + bytes
            let code = runtimeFileErrorCode {
                for start in stride(from: 0, to: all.count, by: step) {
                    var buffer = ByteBuffer(bytes: all[start..<min(start + step, all.count)])
                    try sink.consume(&buffer)
                }
            }
            var more = ByteBuffer(bytes: [0])
            if code != nil { #expect(runtimeFileErrorCode { try sink.consume(&more) } == code) }
            #expect(sink.finish().isComplete == false)
            #expect(here.names() == ["outside", "result"] && here.names("result") == ["h"])
            #expect(here.names("outside") == ["precious"] && here.read("outside/precious") == "data")
            #expect(here.names("result/h").allSatisfy { !$0.hasPrefix(".plush-part-") })
            codes.append(code)
        }
        #expect(codes[0] == codes[1])
        return codes[0]
    }

    @Test(arguments: ["../x", "/tmp/x", "a/../../x", "..", ".", "a\0b", ".plush-part-0-1"])
    func unsafePathIsRefusedForEveryKind(path: String) throws {
        for kind: UInt8 in 1...5 { #expect(try refusal(entry(kind, path)) == .unsafePath) }
    }

    @Test func linkInTheWayIsNotFollowed() throws {
        #expect(try refusal(entry(1, "link/x", size: 1, content: [1, 0])) == .system)
        #expect(try refusal(entry(2, "link")) == .system)
        #expect(try refusal(entry(1, "link/precious", size: 1, content: [1, 0])) == .system)
    }

    @Test func linkUnderTheNameIsReplaced() throws {
        #expect(try refusal(entry(1, "link", size: 1, content: [1, 0])) == nil)
    }

    @Test func lengthsAreRefusedBeforeTheyCost() throws {
        #expect(try refusal(entry(1, "", pathLength: 0)) == .malformed)
        #expect(try refusal(entry(1, "", pathLength: .max)) == .malformed)
        #expect(try refusal(entry(1, "big", size: .max)) == .limit)
        var limits = FileLimits()
        limits.totalBytesMax = 10
        let six = entry(1, "a", size: 6, content: [1, 2, 3, 4, 5, 6, 0])
        #expect(try refusal(six, limits: limits) == nil)
        #expect(try refusal(six + entry(1, "b", size: 5), limits: limits) == .limit)
        limits.entriesMax = 1
        #expect(try refusal(entry(3, "a") + entry(3, "b"), limits: limits) == .limit)
    }

    @Test func wrongKindsCountsAndTrailersAreRefused() throws {
        #expect(try refusal(entry(6, "a")) == .malformed)
        #expect(try refusal(entry(255, "a")) == .malformed)
        #expect(try refusal(entry(1, "a", content: [9])) == .malformed)
        #expect(try refusal(entry(0, "", size: 1)) == .malformed)
        #expect(try refusal(entry(0, "x")) == .malformed)
        #expect(try refusal(entry(1, "a", content: [0]) + entry(2, "a")) == .system)
        #expect(try refusal(entry(2, "a") + entry(1, "a", content: [0])) == .system)
    }

    @Test func wrongBeginningIsRefused() throws {
        let here = try FilesWorkspace()
        let sink = try CollectionSink(directory: here.path, host: "h")
        var bytes = ByteBuffer(bytes: Array("PLC".utf8) + [2])
        #expect(runtimeFileErrorCode { try sink.consume(&bytes) } == .malformed)
    }

    @Test func bytesAfterTheEndAreRefused() throws {
        let here = try FilesWorkspace()
        let sink = try CollectionSink(directory: here.path, host: "h")
        var bytes = ByteBuffer(bytes: CollectionFormat.magic + entry(0, "") + [0])
        #expect(runtimeFileErrorCode { try sink.consume(&bytes) } == .malformed)
    }

    @Test func notesAreBounded() throws {
        let here = try FilesWorkspace()
        var limits = FileLimits()
        limits.notesMax = 2
        let sink = try CollectionSink(directory: here.path, host: "h", limits: limits)
        let entries = (0..<5).flatMap { entry(5, "\($0)\u{7}", size: UInt64(EACCES)) }
        var bytes = ByteBuffer(bytes: CollectionFormat.magic + entries + entry(0, "", size: 5))
        try sink.consume(&bytes)
        let summary = sink.finish()
        #expect(summary.isComplete && summary.notesDropped == 3)
        #expect(summary.notes.first == .unreadable(path: "0\\u{7}", reason: "Permission denied"))
    }
}
