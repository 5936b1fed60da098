import Foundation
import Testing

@testable import PlushController

struct PackagesStagerTests {
    private let workspace: Workspace
    private let stager = PackageStager(environment: ProxyEnvironment([:]))

    init() throws { workspace = try Workspace() }

    private func stage(_ kind: PackageKind, _ packages: (String, PackageRequest.Source)...) async throws -> StagedTree {
        try await stager.stage(
            kind, packages: packages.map { PackageRequest(name: $0.0, source: $0.1) }, in: workspace.staging)
    }

    private func tar(_ names: String...) -> [UInt8] {
        var builder = TarBuilder()
        for name in names { builder.file(name, "of " + name, mode: 0o750) }
        return builder.finished
    }

    @Test func plainFilesAreDeliveredUnderTheirNames() async throws {
        let script = try workspace.write(Array("run me".utf8), to: "script.sh", mode: 0o750)
        let server = try LoopbackServer { _ in .ok(Array("fetched".utf8)) }
        defer { server.stop() }
        let tree = try await stage(
            .plain, ("demo.exe", .web(server.url + "/d")), ("./bin/start", .file(script)),
            ("again.exe", .web(server.url + "/d")))
        #expect(tree.files.map(\.path) == ["again.exe", "bin/start", "demo.exe"])
        #expect(tree.files.map(\.mode) == [0o755, 0o750, 0o755])
        #expect(try tree.files.map(contents) == ["fetched", "run me", "fetched"])
        #expect(tree.totalBytes == 20)
        #expect(server.requests.count == 1)
    }

    @Test func editingTheOriginalDoesNotChangeWhatIsStaged() async throws {
        let file = try workspace.write(Array("before".utf8), to: "file")
        let tree = try await stage(.plain, ("f", .file(file)))
        try workspace.write(Array("after".utf8), to: "file")
        #expect(try contents(tree.files[0]) == "before")
    }

    @Test func archivesFromDiskAndWebAreMerged() async throws {
        let archive = tar("demo/demo.exe")
        let server = try LoopbackServer { _ in .ok(archive) }
        defer { server.stop() }
        let local = try workspace.write(tar("demo/data", "readme"), to: "local.tar")
        let tree = try await stage(.archive(.tar), ("one", .web(server.url + "/demo.tar")), ("two", .file(local)))
        #expect(tree.files.map(\.path) == ["demo/data", "demo/demo.exe", "readme"])
        #expect(tree.files.map(\.mode) == [0o750, 0o750, 0o750])
    }

    @Test func aURLOfSeveralElementsIsFetchedOnce() async throws {
        let archive = tar("a")
        let server = try LoopbackServer { _ in .ok(archive) }
        defer { server.stop() }
        let first = try await stage(.archive(.tar), ("one", .web(server.url + "/demo.tar")))
        let second = try await stage(.archive(.tar), ("two", .web(server.url + "/demo.tar")))
        #expect(try contents(first.files[0]) == contents(second.files[0]))
        #expect(server.requests.count == 1)
    }

    @Test func aFailedFetchIsTriedAgainTheNextTime() async throws {
        let server = try LoopbackServer { _ in .status("503 Busy") }
        defer { server.stop() }
        for _ in 0..<2 { _ = try await packageError { try await stage(.plain, ("a", .web(server.url))) } }
        #expect(server.requests.count == 2)
    }

    @Test func conflictsNameBothPackages() async throws {
        for (one, two, words) in [
            ("a/b", "a/b", "both contain"), ("a", "a/b", "is a directory in the first"),
            ("a/b", "a", "is a file in the first"),
        ] {
            let first = try workspace.write(tar(one), to: "1.tar")
            let second = try workspace.write(tar(two), to: "2.tar")
            let error = try await packageError {
                try await stage(.archive(.tar), ("first", .file(first)), ("second", .file(second)))
            }
            #expect(error.code == .conflictingPaths)
            #expect(error.message.contains("'first'") && error.message.contains("'second'"))
            #expect(error.message.contains(words), "\(error)")
        }
        let file = try workspace.write([1], to: "f")
        let error = try await packageError { try await stage(.plain, ("same", .file(file)), ("./same", .file(file))) }
        #expect(error.code == .conflictingPaths)
    }

    @Test(arguments: ["", "/etc/x", "../x", ".", "a/", "a\0b", String(repeating: "n", count: 256)])
    func aPlainPackageNeedsAnUsableName(name: String) async throws {
        let file = try workspace.write([1], to: "f")
        #expect(try await packageError { try await stage(.plain, (name, .file(file))) }.code == .badName)
        #expect(workspace.staged.isEmpty)
    }

    @Test(arguments: [PackageKind.plain, .archive(.tar), .archive(.tgz)])
    func whatIsNoReadableFileIsNamedWithItsPath(kind: PackageKind) async throws {
        try workspace.run("mkfifo", "fifo")
        for (name, code) in [
            ("missing", PackageError.Code.missingFile), ("fifo/below", .missingFile), ("staging", .notAFile),
            ("fifo", .notAFile),
        ] {
            let path = workspace.path + "/" + name
            let error = try await packageError { try await stage(kind, ("p", .file(path))) }
            #expect(error.code == code)
            #expect(error.context == path)
        }
        #expect(workspace.staged.isEmpty)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func anUnreadableFileIsNamedWithItsPath() async throws {
        let file = try workspace.write([1], to: "secret", mode: 0)
        #expect(try await packageError { try await stage(.plain, ("p", .file(file))) }.code == .unreadable)
    }

    @Test func aBadArchiveFromTheWebIsNamedByItsURL() async throws {
        let server = try LoopbackServer { _ in .ok(Array("<html>log in first</html>".utf8)) }
        defer { server.stop() }
        let error = try await packageError { try await stage(.archive(.tgz), ("p", .web(server.url + "/p.tgz"))) }
        #expect(error.code == .notThisKind)
        #expect(error.context == server.url + "/p.tgz")
        #expect(error.message.contains("HTML"))
    }

    @Test func aPlainFileOverTheLimitIsRefused() async throws {
        var limits = PackageLimits()
        limits.packageBytesMax = 3
        let small = PackageStager(limits: limits, environment: ProxyEnvironment([:]))
        for (size, fits) in [(3, true), (4, false)] {
            let file = try workspace.write([UInt8](repeating: 1, count: size), to: "f")
            let request = PackageRequest(name: "f", source: .file(file))
            let tree = try? await small.stage(.plain, packages: [request], in: workspace.staging)
            #expect((tree != nil) == fits)
        }
        #expect(workspace.staged.count == 1)
    }

    @Test func noPackagesGiveAnEmptyTree() async throws {
        #expect(try await stage(.plain).files.isEmpty)
    }
}
