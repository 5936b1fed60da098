import Foundation
import Testing

@testable import PlushController

struct PackagesArchiveTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func extract(
        _ archive: String, _ kind: ArchiveKind = .tar, limits: PackageLimits = PackageLimits(),
    ) async throws -> StagedTree {
        try await ArchiveReader(limits: limits).extract(archive: archive, kind: kind, into: workspace.staging)
    }

    private func extract(
        _ bytes: [UInt8], _ kind: ArchiveKind = .tar, limits: PackageLimits = PackageLimits(),
    ) async throws -> StagedTree {
        try await extract(workspace.write(bytes, to: "archive"), kind, limits: limits)
    }

    /// Asserts that the archive is refused, nothing of it is left, and the error names it.
    private func refusal(
        _ bytes: [UInt8], _ kind: ArchiveKind = .tar, limits: PackageLimits = PackageLimits(),
        sourceLocation: SourceLocation = #_sourceLocation,
    ) async throws -> PackageError {
        let error = try await packageError(
            { try await extract(bytes, kind, limits: limits) }, sourceLocation: sourceLocation)
        #expect(error.context == workspace.path + "/archive", sourceLocation: sourceLocation)
        #expect(workspace.staged.isEmpty, sourceLocation: sourceLocation)
        return error
    }

    private func archive(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var builder = TarBuilder()
        build(&builder)
        return builder.finished
    }

    private func gzip(_ bytes: [UInt8], level: Int = 6) throws -> [UInt8] {
        let file = try workspace.write(bytes, to: "plain")
        try workspace.run("gzip", "-kf", "-\(level)", file)
        return Array(try Data(contentsOf: URL(fileURLWithPath: file + ".gz")))
    }

    @Test(arguments: ArchiveKind.allCases, ["gnu", "pax", "ustar", "v7"])
    func whatTarPacksComesOut(kind: ArchiveKind, format: String) async throws {
        try workspace.write(Array("#!/bin/sh\n".utf8), to: "in/bin/demo.exe", mode: 0o755)
        try workspace.write(Array("data".utf8), to: "in/share/Grüße.txt", mode: 0o640)
        try workspace.write([], to: "in/empty")
        try workspace.run("mkdir", "in/nothing")
        try workspace.run("tar", "-C", "in", "--format", format, kind == .tgz ? "-czf" : "-cf", "a", ".")
        let tree = try await extract(workspace.path + "/a", kind)
        #expect(tree.files.map(\.path) == ["bin/demo.exe", "empty", "share/Grüße.txt"])
        #expect(tree.files.map(\.mode) == [0o755, 0o644, 0o640])
        #expect(tree.files.map(\.sizeBytes) == [10, 0, 4])
        #expect(tree.totalBytes == 14)
        #expect(try tree.files.map(contents) == ["#!/bin/sh\n", "", "data"])
        #expect(Set(tree.files.map { ($0.location as NSString).deletingLastPathComponent }) == [workspace.staging])
    }

    @Test func prefixesAreDroppedAndOnlyPermissionBitsKept() async throws {
        let tree = try await extract(
            archive {
                $0.directory("./")
                $0.directory("./a/")
                $0.directory("a")
                $0.file("././a//b", "1", mode: 0o4777)
                $0.file("a/./c", "2", mode: 0)
            })
        #expect(tree.files.map(\.path) == ["a/b", "a/c"])
        #expect(tree.files.map(\.mode) == [0o777, 0])
    }

    @Test func longNamesOfGNUAndPaxAreRead() async throws {
        let name = String(repeating: "directory/", count: 30) + "file"
        try workspace.write([1], to: "in/" + name)
        for format in ["gnu", "pax"] {
            try workspace.run("tar", "-C", "in", "--format", format, "-cf", "a", ".")
            #expect(try await extract(workspace.path + "/a").files.map(\.path) == [name])
        }
    }

    @Test func sparseFilesAreFilledWithZeros() async throws {
        let script = "truncate -s 300000 s; printf end | dd of=s bs=1 seek=200000 conv=notrunc status=none"
        try workspace.run("sh", "-c", script)
        try workspace.run("tar", "--sparse", "-cf", "a", "s")
        let tree = try await extract(workspace.path + "/a")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: tree.files[0].location))
        #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: workspace.path + "/s"))))
    }

    @Test(arguments: [
        ("/etc/passwd", "is absolute"), ("//x", "is absolute"), ("../x", "'..'"), ("a/../../x", "'..'"),
        ("a/..", "'..'"), ("..", "'..'"), (String(repeating: "n", count: 100), "too long"), ("", "is empty"),
    ])
    func namesThatLeaveTheDirectoryAreRefused(name: String, why: String) async throws {
        var limits = PackageLimits()
        limits.pathBytesMax = 99
        let error = try await refusal(
            archive {
                $0.file("good")
                $0.file(name)
            }, limits: limits)
        #expect(error.code == .unsafeEntry)
        #expect(error.message.contains(why), "\(error)")
    }

    @Test func longPaxNamesDeepOnesAndBadBytesAreRefused() async throws {
        for (name, why) in [
            (String(repeating: "n", count: 256), "component that is too long"),
            (String(repeating: "n/", count: 65) + "n", "too many components"),
            (String(repeating: "n/", count: 600), "too long"),
            ("../evil", "'..'"),
            ("/evil", "absolute"),
        ] {
            let error = try await refusal(
                archive {
                    $0.pax("path", Array(name.utf8))
                    $0.file("innocent")
                })
            #expect(error.code == .unsafeEntry)
            #expect(error.message.contains(why), "\(error)")
        }
        var builder = TarBuilder()
        builder.pax("path", [0xff, 0xfe])
        builder.file("innocent")
        #expect(try await refusal(builder.finished).code == .damagedArchive)
    }

    /// libarchive ends a name at its NUL, as every tar does with its C strings: what follows it is never seen.
    @Test func whatFollowsANULInAPaxNameIsNotPartOfThePath() async throws {
        let tree = try await extract(
            archive {
                $0.pax("path", Array("safe\0/../evil".utf8))
                $0.file("innocent")
            })
        #expect(tree.files.map(\.path) == ["safe"])
        #expect(throws: PackagePath.Fault.nul) { try PackagePath("safe\0/evil", limits: PackageLimits()) }
    }

    @Test(
        arguments: [
            ("1", "hard link"), ("2", "symbolic link"), ("3", "device"), ("4", "device"), ("6", "fifo"),
        ] as [(Character, String)])
    func linksDevicesAndFifosAreRefused(type: Character, why: String) async throws {
        let error = try await refusal(
            archive {
                $0.file("good")
                $0.entry("bad\u{1b}[2J", type: type, link: "good")
            })
        #expect(error.code == .unsafeEntry)
        #expect(error.message.contains(why))
        #expect(!error.message.contains("\u{1b}"))
    }

    @Test func tarsOwnLinksAreRefused() async throws {
        try workspace.run("sh", "-c", "mkdir in; echo 1 > in/a; ln -s /etc/passwd in/b; tar -C in -cf symbolic .")
        try workspace.run("sh", "-c", "rm in/b; ln in/a in/b; tar -C in -cf hard .")
        for name in ["symbolic", "hard"] {
            let error = try await packageError { try await extract(workspace.path + "/" + name) }
            #expect(error.code == .unsafeEntry)
            #expect(error.message.contains("link"))
        }
        #expect(workspace.staged.isEmpty)
    }

    @Test func pathsThatClashAreRefused() async throws {
        let clashes: [(String, (inout TarBuilder) -> Void)] = [
            (
                "twice",
                {
                    $0.file("a"); $0.file("a")
                }
            ),
            (
                "twice",
                {
                    $0.file("a/b"); $0.file("./a//b")
                }
            ),
            (
                "both",
                {
                    $0.file("a"); $0.file("a/b")
                }
            ),
            (
                "both",
                {
                    $0.file("a/b"); $0.file("a")
                }
            ),
            (
                "both",
                {
                    $0.directory("a"); $0.file("a")
                }
            ),
            (
                "both",
                {
                    $0.file("a"); $0.directory("a/")
                }
            ),
            (
                "both",
                {
                    $0.file("a"); $0.directory("a/b/c")
                }
            ),
        ]
        for (why, build) in clashes {
            let error = try await refusal(archive(build))
            #expect(error.code == .unsafeEntry)
            #expect(error.message.contains(why), "\(error)")
        }
    }

    @Test func limitsHoldForEntriesAndForDeclaredAndRealBytes() async throws {
        var limits = PackageLimits()
        limits.entriesMax = 2
        limits.packageBytesMax = 10
        let fits = archive {
            $0.file("a", "12345"); $0.file("b", "67890")
        }
        let tree = try await extract(fits, limits: limits)
        #expect(tree.totalBytes == 10)
        for file in tree.files { try FileManager.default.removeItem(atPath: file.location) }
        let many = try await refusal(
            archive {
                $0.file("a"); $0.file("b"); $0.directory("c")
            }, limits: limits)
        #expect(many.code == .tooManyEntries)
        let large = try await refusal(
            archive {
                $0.file("a", "12345"); $0.file("b", "678901")
            }, limits: limits)
        #expect(large.code == .tooLarge)
        let declared = try await refusal(archive { $0.entry("a", type: "0", size: 0o77777777777) })
        #expect(declared.code == .damagedArchive)
        let declaredTooLarge = try await refusal(archive { $0.entry("a", type: "0", size: 11) }, limits: limits)
        #expect(declaredTooLarge.code == .tooLarge)
    }

    @Test func aBombOfOneEntryIsStoppedByTheStreamsLimit() async throws {
        var limits = PackageLimits()
        limits.packageBytesMax = 1 << 20
        limits.entriesMax = 2
        // Small file, then megabytes of zeros after the end of the archive.
        let bytes = try gzip(archive { $0.file("a") } + [UInt8](repeating: 0, count: 4 << 20))
        #expect(try await refusal(bytes, .tgz, limits: limits).code == .tooLarge)
    }

    @Test func anyTruncationOfATarIsRefused() async throws {
        let whole = archive {
            $0.file("a", String(repeating: "1", count: 700)); $0.file("b")
        }
        for length in [1, 511, 512, 600, 1_100, 1_211, 1_212, 1_536, 1_600, 2_048, 2_560, 3_071] {
            let error = try await refusal(Array(whole[..<length]))
            #expect([.damagedArchive, .notThisKind].contains(error.code), "\(length) \(error)")
        }
        #expect(try await extract(whole).files.count == 2)
    }

    @Test func anyTruncationOfATgzIsRefused() async throws {
        let whole = try gzip(
            archive {
                $0.file("a", String(repeating: "1", count: 700)); $0.file("b")
            })
        for length in 1..<whole.count {
            let error = try await refusal(Array(whole[..<length]), .tgz)
            #expect([.damagedArchive, .notThisKind].contains(error.code), "\(length) \(error)")
        }
        #expect(try await extract(whole, .tgz).files.count == 2)
    }

    /// Text without repetitions: bits of it can change without making the deflate stream invalid.
    @Test func noFlippedBitOfATgzChangesWhatComesOut() async throws {
        var seed: UInt32 = 1
        let noise = String(
            (0..<2_000).map { _ in
                seed = seed &* 1_664_525 &+ 1_013_904_223
                return Character(UnicodeScalar(UInt8(33 + (seed >> 16) % 94)))
            })
        let whole = try gzip(archive { $0.file("a", noise) }, level: 1)
        var refused = 0
        // The first bytes are a time and a name, which mean nothing here.
        let offsets = Array(stride(from: 20, to: whole.count, by: 31)) + Array((whole.count - 8)..<whole.count)
        for offset in offsets {
            var bytes = whole
            bytes[offset] ^= 0x10
            do {
                // Bits of the padding between the data and the checksum may flip.
                #expect(try await contents(extract(bytes, .tgz).files[0]) == noise, "\(offset) of \(whole.count)")
            } catch let error as PackageError {
                #expect(error.code == .damagedArchive || error.code == .tooLarge, "\(offset) \(error)")
                refused += 1
            }
        }
        #expect(refused >= offsets.count - 1, "\(refused) of \(offsets.count)")
    }

    @Test func aDamagedHeaderIsRefused() async throws {
        var bytes = archive {
            $0.file("a"); $0.file("b")
        }
        bytes[1_024 + 3] ^= 1
        #expect(try await refusal(bytes).code == .damagedArchive)
        bytes = archive { $0.file("a") }
        bytes[3] ^= 1
        #expect(try await refusal(bytes).code == .damagedArchive)
    }

    @Test func otherKindsAreNamedInWords() async throws {
        let tar = archive { $0.file("a") }
        let tgz = try gzip(tar)
        let cases: [([UInt8], ArchiveKind, String)] = [
            (Array("PK\u{3}\u{4}rest of a zip".utf8), .tar, "zip"),
            (Array("PK\u{3}\u{4}rest of a zip".utf8), .tgz, "zip"),
            (tgz, .tar, "type=\"tgz\""),
            (tar, .tgz, "type=\"tar\""),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1], .tgz, "xz"),
            (Array("<!DOCTYPE html>".utf8), .tar, "HTML"),
            (Array("Salted__12345678".utf8), .tgz, "encrypted"),
            (Array("whatever".utf8), .tgz, "unknown"),
        ]
        for (bytes, kind, word) in cases {
            let error = try await refusal(bytes, kind)
            #expect(error.code == .notThisKind)
            #expect(error.message.contains(word), "\(error)")
        }
        #expect(try await refusal(gzip(Array("not a tar, though gzip".utf8)), .tgz).code == .damagedArchive)
        #expect(try await refusal(gzip(tgz), .tgz).code == .damagedArchive)
        #expect(try await refusal(Array("whatever".utf8)).code == .damagedArchive)
    }

    @Test func emptyArchivesAreRefused() async throws {
        #expect(try await refusal([]).code == .emptyArchive)
        #expect(try await refusal(TarBuilder().finished).code == .emptyArchive)
        #expect(try await refusal(archive { $0.directory("a") }).code == .emptyArchive)
        #expect(try await refusal(gzip(TarBuilder().finished), .tgz).code == .emptyArchive)
        #expect(try await refusal(gzip([]), .tgz).code == .damagedArchive)
    }

    @Test func tenThousandSmallFilesComeOutSorted() async throws {
        let tree = try await extract(
            archive { builder in
                for number in (0..<10_000).reversed() { builder.file("d\(number % 7)/f\(number)", "\(number)") }
            })
        #expect(tree.files.count == 10_000)
        let paths = tree.files.map(\.path)
        #expect(zip(paths, paths.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        for file in [tree.files[0], tree.files[5_000], tree.files[9_999]] {
            #expect(try file.path.hasSuffix("/f" + contents(file)))
        }
        #expect(workspace.staged.count == 10_000)
    }

    @Test func aCancelledExtractionLeavesNothing() async throws {
        let file = try workspace.write(archive { $0.file("a") }, to: "archive")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await extract(file)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(workspace.staged.isEmpty)
    }
}
