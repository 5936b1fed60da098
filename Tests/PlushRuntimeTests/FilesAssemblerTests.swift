import Glibc
import NIOCore
import Testing

@testable import PlushRuntime

/// A stand-in for the real hash: the length and a rolling sum.
func filesTestHash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var sum = UInt64(bytes.count)
    for byte in bytes { sum = (sum &* 1_099_511_628_211) ^ UInt64(byte) }
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
}

/// A file and its manifest entry.
struct FilesPayload {
    let path: String
    let mode: UInt32
    let chunks: [ByteBuffer]

    init(_ path: String, _ text: String, mode: UInt32 = 0o644, chunkBytes: Int = 4) {
        self.path = path
        self.mode = mode
        let bytes = Array(text.utf8)
        chunks = stride(from: 0, to: bytes.count, by: chunkBytes).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + chunkBytes, bytes.count)])
        }
    }

    var entry: FileAssembler.Entry {
        FileAssembler.Entry(
            path: path, sizeBytes: chunks.reduce(0) { $0 + UInt64($1.readableBytes) }, mode: mode,
            chunkHashes: chunks.map { $0.withUnsafeReadableBytes(filesTestHash) })
    }
}

@Suite struct FilesAssemblerTests {
    private func make(
        _ here: FilesWorkspace, _ entries: [FileAssembler.Entry], chunkBytes: Int = 4,
        limits: FileLimits = FileLimits(),
    ) throws -> FileAssembler {
        try FileAssembler(
            root: here.root, entries: entries, chunkBytes: chunkBytes, limits: limits, hash: filesTestHash)
    }

    @Test func filesAppearWholeInAnyOrderOfChunks() throws {
        let here = try FilesWorkspace()
        let files = [FilesPayload("bin/run", "#!/bin/sh\n", mode: 0o6755), FilesPayload("a/b/data", "12345678")]
        let assembler = try make(here, files.map(\.entry))
        #expect(try assembler.write(entry: 0, chunk: 2, bytes: files[0].chunks[2]) == .more)
        #expect(try assembler.write(entry: 1, chunk: 1, bytes: files[1].chunks[1]) == .more)
        #expect(try assembler.write(entry: 0, chunk: 0, bytes: files[0].chunks[0]) == .more)
        #expect(try assembler.write(entry: 0, chunk: 0, bytes: files[0].chunks[0]) == .more)
        #expect(!here.exists("bin/run"))
        #expect(try assembler.write(entry: 0, chunk: 1, bytes: files[0].chunks[1]) == .entryWhole)
        #expect(here.read("bin/run") == "#!/bin/sh\n")
        #expect(here.mode("bin/run") == 0o755)
        #expect(!assembler.isComplete && !here.exists("a/b/data"))
        #expect(try assembler.write(entry: 1, chunk: 0, bytes: files[1].chunks[0]) == .allWhole)
        #expect(assembler.isComplete)
        #expect(here.read("a/b/data") == "12345678")
        #expect(here.names("bin") == ["run"] && here.names("a/b") == ["data"])
        #expect(try assembler.write(entry: 1, chunk: 0, bytes: files[1].chunks[0]) == .allWhole)
    }

    @Test func emptyFilesAndEmptyManifestsAreWholeAtOnce() throws {
        let here = try FilesWorkspace()
        #expect(try make(here, []).isComplete)
        #expect(try make(here, [FilesPayload("empty/file", "", mode: 0o400).entry]).isComplete)
        #expect(here.read("empty/file") == "" && here.mode("empty/file") == 0o400)
    }

    @Test func oldFileStaysUntilTheNewOneIsWhole() throws {
        let here = try FilesWorkspace()
        here.write("file", "old")
        let file = FilesPayload("file", "new text")
        let assembler = try make(here, [file.entry])
        try assembler.write(entry: 0, chunk: 0, bytes: file.chunks[0])
        #expect(here.read("file") == "old")
        try assembler.write(entry: 0, chunk: 1, bytes: file.chunks[1])
        #expect(here.read("file") == "new text")
    }

    @Test(arguments: ["", "/etc/x", "../x", "a/../../x", ".", "a\0", ".plush-part-1"])
    func unsafePathIsRefusedUpFront(path: String) throws {
        let here = try FilesWorkspace()
        let entries = [FilesPayload("good", "").entry, FilesPayload(path, "x").entry]
        #expect(runtimeFileErrorCode { _ = try make(here, entries) } == .unsafePath)
        #expect(here.names() == [])
    }

    @Test(arguments: [
        ["a", "a"], ["a", "./a"], ["a", "a/b"], ["a/b", "a"], ["a/b/c", "a/b"], ["x/y/z", "x//y", "q"],
    ])
    func conflictingPathsAreRefusedUpFront(paths: [String]) throws {
        let here = try FilesWorkspace()
        let entries = paths.map { FilesPayload($0, "").entry }
        #expect(runtimeFileErrorCode { _ = try make(here, entries) } == .conflictingPath)
        #expect(here.names() == [])
    }

    @Test func numbersThatDoNotAddUpAreRefused() throws {
        let here = try FilesWorkspace()
        var entry = FilesPayload("a", "12345").entry
        entry.sizeBytes = 9
        #expect(runtimeFileErrorCode { _ = try make(here, [entry]) } == .malformed)
        entry.sizeBytes = .max
        #expect(runtimeFileErrorCode { _ = try make(here, [entry]) } == .limit)
        for chunkBytes in [Int.min, 0, 1 << 30] {
            #expect(runtimeFileErrorCode { _ = try make(here, [], chunkBytes: chunkBytes) } == .limit)
        }
        var limits = FileLimits()
        limits.entriesMax = 1
        limits.totalBytesMax = 9
        let two = [FilesPayload("a", "12345").entry, FilesPayload("b", "12345").entry]
        #expect(runtimeFileErrorCode { _ = try make(here, two, limits: limits) } == .limit)
        limits.entriesMax = 2
        #expect(runtimeFileErrorCode { _ = try make(here, two, limits: limits) } == .limit)
        limits.totalBytesMax = 10
        #expect(runtimeFileErrorCode { _ = try make(here, two, limits: limits) } == nil)
    }

    @Test func wrongChunksChangeNothing() throws {
        let here = try FilesWorkspace()
        let file = FilesPayload("a", "12345")
        let assembler = try make(here, [file.entry])
        func code(_ entry: Int, _ chunk: Int, _ text: String) -> RuntimeFileError.Code? {
            runtimeFileErrorCode { try assembler.write(entry: entry, chunk: chunk, bytes: ByteBuffer(string: text)) }
        }
        #expect(code(0, 0, "1235") == .damagedChunk)
        #expect(code(0, 0, "12345") == .damagedChunk)
        #expect(code(0, 0, "") == .damagedChunk)
        #expect(code(0, 1, "5678") == .damagedChunk)
        for (entry, chunk) in [(0, 2), (0, -1), (1, 0), (-1, 0)] { #expect(code(entry, chunk, "1234") == .malformed) }
        #expect(here.names() == [])
        #expect(code(0, 0, "1234") == nil)
        #expect(code(0, 1, "5") == nil)
        #expect(here.read("a") == "12345")
    }

    @Test func abandonRemovesWhatIsNotWhole() throws {
        let here = try FilesWorkspace()
        let files = [FilesPayload("d/a", "12345"), FilesPayload("d/b", "1234"), FilesPayload("c", "12345")]
        let assembler = try make(here, files.map(\.entry))
        for (index, file) in files.enumerated() { try assembler.write(entry: index, chunk: 0, bytes: file.chunks[0]) }
        #expect(here.names("d").count == 2 && here.names().count == 2)
        assembler.abandon()
        #expect(here.names("d") == ["b"] && here.names() == ["d"])
        let code = runtimeFileErrorCode { try assembler.write(entry: 0, chunk: 1, bytes: files[0].chunks[1]) }
        #expect(code == .malformed)
        assembler.abandon()
        #expect(here.names() == ["d"])
    }

    @Test func linkPlantedAsADirectoryIsNotFollowed() throws {
        let here = try FilesWorkspace()
        here.directory("outside")
        here.directory("app")
        here.link("../outside", at: "app/dir")
        let root = try RootedDirectory(opening: here.path + "/app")
        let file = FilesPayload("dir/a", "1234")
        let assembler = try FileAssembler(root: root, entries: [file.entry], chunkBytes: 4, hash: filesTestHash)
        let code = runtimeFileErrorCode { try assembler.write(entry: 0, chunk: 0, bytes: file.chunks[0]) }
        #expect(code == .system)
        #expect(here.names("outside") == [])
    }

    @Test func linkPlantedInBetweenIsNotFollowed() throws {
        let here = try FilesWorkspace()
        here.write("outside", "precious")
        here.directory("app")
        let root = try RootedDirectory(opening: here.path + "/app")
        let files = [FilesPayload("a", "12345678"), FilesPayload("b", "12345678")]
        let assembler = try FileAssembler(root: root, entries: files.map(\.entry), chunkBytes: 4, hash: filesTestHash)
        try assembler.write(entry: 0, chunk: 0, bytes: files[0].chunks[0])
        let part = try #require(here.names("app").first)
        // Writing to another entry closes the first, so that it has to be opened again.
        try assembler.write(entry: 1, chunk: 0, bytes: files[1].chunks[0])
        unlink("\(here.path)/app/\(part)")
        here.link("../outside", at: "app/\(part)")
        #expect(runtimeFileErrorCode { try assembler.write(entry: 0, chunk: 1, bytes: files[0].chunks[1]) } == .system)
        unlink("\(here.path)/app/\(part)")
        link("\(here.path)/outside", "\(here.path)/app/\(part)")
        let code = runtimeFileErrorCode { try assembler.write(entry: 0, chunk: 1, bytes: files[0].chunks[1]) }
        #expect(code == .conflictingPath)
        // A link under the final name is replaced, not followed.
        here.link("../outside", at: "app/b")
        #expect(try assembler.write(entry: 1, chunk: 1, bytes: files[1].chunks[1]) == .entryWhole)
        #expect(here.read("app/b") == "12345678")
        #expect(here.read("outside") == "precious")
    }

    @Test func directoryInThePlaceOfAFileIsATypedError() throws {
        let here = try FilesWorkspace()
        here.directory("a")
        let file = FilesPayload("a", "1234")
        let assembler = try make(here, [file.entry])
        #expect(runtimeFileErrorCode { try assembler.write(entry: 0, chunk: 0, bytes: file.chunks[0]) } == .system)
        assembler.abandon()
        #expect(here.names() == ["a"])
    }

    @Test func fullDiskIsATypedError() {
        // /dev/full answers every write as a full disk does.
        let full = Descriptor(owning: open("/dev/full", O_WRONLY | O_CLOEXEC))
        let code = runtimeFileErrorCode {
            try ByteBuffer(string: "x").withReadable { (raw) throws(RuntimeFileError) in
                try full.write(raw, at: 0, context: "file")
            }
        }
        #expect(code == .noSpace)
    }
}
