import Glibc
import NIOCore
import Testing

@testable import PlushRuntime

@Suite struct FilesCollectionTests {
    private func stream(_ source: CollectionSource, bytesMax: Int = 1000) -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = source.read(bytesMax: bytesMax) {
            #expect((1...bytesMax).contains(part.readableBytes))
            bytes += part.readableBytesView
        }
        #expect(source.read(bytesMax: bytesMax) == nil)
        return bytes
    }

    private func feed(_ sink: CollectionSink, _ bytes: [UInt8], by step: Int) throws {
        for start in stride(from: 0, to: bytes.count, by: step) {
            var buffer = ByteBuffer(bytes: bytes[start..<min(start + step, bytes.count)])
            try sink.consume(&buffer)
            #expect(buffer.readableBytes == 0)
        }
    }

    private func tree() throws -> FilesWorkspace {
        let here = try FilesWorkspace()
        here.write("app/out/log", "a log\n", mode: 0o600)
        here.write("app/out/deep/er/data", (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }, mode: 0o777)
        here.write("app/out/empty", "")
        here.directory("app/out/hollow")
        here.write("app/single", "one")
        return here
    }

    @Test(arguments: [1, 7, 1000, 1 << 20]) func treeComesThroughWhole(step: Int) throws {
        let here = try tree()
        let root = try RootedDirectory(opening: here.path + "/app")
        let source = try CollectionSource(root: root, paths: ["out/", "single", "out/log", "./single"])
        let bytes = stream(source, bytesMax: step)
        let sink = try CollectionSink(directory: here.path + "/result/x", host: "node-1")
        try feed(sink, bytes, by: step)
        let summary = sink.finish()
        #expect(summary.isComplete && summary.notes.isEmpty)
        #expect(summary.fileCount == 4 && summary.directoryCount == 4)
        #expect(summary.byteCount == 70_009)
        let result = "result/x/node-1/"
        #expect(here.read(result + "single") == "one")
        #expect(here.read(result + "out/log") == "a log\n" && here.mode(result + "out/log") == 0o600)
        #expect(here.readBytes(result + "out/deep/er/data") == here.readBytes("app/out/deep/er/data"))
        // Others may not write to what came from a host.
        #expect(here.mode(result + "out/deep/er/data") == 0o755)
        #expect(here.names(result + "out") == ["deep", "empty", "hollow", "log"])
    }

    @Test func pathsOutsideAreRefused() throws {
        let here = try tree()
        for path in ["../x", "/etc/passwd", "", "."] {
            #expect(runtimeFileErrorCode { _ = try CollectionSource(root: here.root, paths: [path]) } == .unsafePath)
        }
    }

    @Test func whatIsNoFileIsNotedAndNotOpened() throws {
        let here = try tree()
        here.write("secret", "secret")
        here.link("../../secret", at: "app/out/link")
        here.link("out", at: "app/alias")
        mkfifo(here.path + "/app/out/pipe", 0o600)
        here.write("app/out/.plush-part-1", "half")
        let root = try RootedDirectory(opening: here.path + "/app")
        let source = try CollectionSource(root: root, paths: ["out/link", "out/pipe", "absent", "alias/log", "alias"])
        let bytes = stream(source)
        let sink = try CollectionSink(directory: here.path + "/result", host: "h")
        try feed(sink, bytes, by: bytes.count)
        let summary = sink.finish()
        #expect(summary.isComplete && summary.fileCount == 0)
        #expect(summary.notes.contains(.skipped(path: "out/link", type: "symbolic link")))
        #expect(summary.notes.contains(.skipped(path: "out/pipe", type: "pipe")))
        #expect(summary.notes.contains(.missing(path: "absent")))
        #expect(here.names("result/h") == [])
        let whole = stream(try CollectionSource(root: root, paths: ["out"]))
        #expect(!String(decoding: whole, as: UTF8.self).contains(".plush-part-"))
    }

    @Test func fileThatChangesWhileReadKeepsTheStreamInStep() throws {
        for (after, status) in [(3, CollectionFormat.FileStatus.shrank), (90_000, .grew)] {
            let here = try FilesWorkspace()
            here.write("app/file", [UInt8](repeating: 1, count: 50_000))
            here.write("app/next", "next")
            let root = try RootedDirectory(opening: here.path + "/app")
            let source = try CollectionSource(root: root, paths: ["file", "next"])
            var bytes = Array(try #require(source.read(bytesMax: 100)).readableBytesView)
            truncate(here.path + "/app/file", off_t(after))
            bytes += stream(source)
            let sink = try CollectionSink(directory: here.path + "/result", host: "h")
            try feed(sink, bytes, by: 999)
            let summary = sink.finish()
            #expect(summary.isComplete && summary.notes == [.damaged(path: "file", status: status)])
            #expect(here.readBytes("result/h/file")?.count == 50_000)
            #expect(here.read("result/h/next") == "next")
        }
    }

    @Test func cutStreamIsIncompleteAtEveryByteAndLeavesNoHalfFile() throws {
        let here = try FilesWorkspace()
        here.write("app/file", "12345678")
        let root = try RootedDirectory(opening: here.path + "/app")
        let bytes = stream(try CollectionSource(root: root, paths: ["file"]))
        for count in 0..<bytes.count {
            let sink = try CollectionSink(directory: here.path + "/result", host: "h\(count)")
            try feed(sink, Array(bytes.prefix(count)), by: 5)
            #expect(!sink.finish().isComplete)
            #expect(here.names("result/h\(count)").allSatisfy { $0 == "file" })
        }
    }

    @Test(arguments: ["", "..", ".", "a/b", "/etc", "a\0b"]) func hostIsOneName(host: String) throws {
        let here = try FilesWorkspace()
        #expect(runtimeFileErrorCode { _ = try CollectionSink(directory: here.path, host: host) } == .unsafePath)
    }
}
