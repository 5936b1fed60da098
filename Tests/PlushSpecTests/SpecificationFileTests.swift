import Foundation
import PlushSpec
import Testing

/// Reading from the file system.
@Suite struct SpecificationFileTests {
    /// The fault of reading a path; nil where it parses.
    private func fault(path: String) -> SpecificationFault? {
        do {
            _ = try SpecificationParser.parse(path: path)
            return nil
        } catch {
            return error.faults.first
        }
    }

    private func withDirectory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "plush-spec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    @Test func aFileIsReadAndItsPathIsInTheFaults() throws {
        try withDirectory { directory in
            let file = directory.appending(path: "app.xml")
            try fullText.write(to: file, atomically: false, encoding: .utf8)
            #expect(fault(path: file.path) == nil)
            try fullText.replacing("50", with: "none").write(to: file, atomically: false, encoding: .utf8)
            #expect(fault(path: file.path)?.description.hasPrefix("\(file.path):13: <num_hosts>: ") == true)
        }
    }

    @Test func whatCannotBeReadIsExplained() throws {
        try withDirectory { directory in
            let file = directory.appending(path: "app.xml").path
            #expect(fault(path: file)?.description == "\(file):1: there is no such file")
            #expect(fault(path: directory.path)?.message.contains("this is a directory") == true)
            #expect(fault(path: "")?.code == .unreadable)
            #expect(FileManager.default.createFile(atPath: file, contents: Data()))
            #expect(fault(path: file)?.message.contains("the file is empty") == true)
            #expect(fault(path: file + "/x")?.message.contains("not a directory") == true)
            try Data(count: SpecificationLimits.fileBytesMax + 1).write(to: URL(filePath: file))
            #expect(fault(path: file)?.code == .limit)
        }
    }

    @Test func aPipeIsRefusedWithoutWaitingForItsWriter() throws {
        try withDirectory { directory in
            let pipe = directory.appending(path: "pipe").path
            try #require(mkfifo(pipe, 0o600) == 0)
            #expect(fault(path: pipe)?.message.contains("not a regular file") == true)
            #expect(fault(path: "/dev/null")?.message.contains("not a regular file") == true)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func aFileWithoutPermissionIsExplained() throws {
        try withDirectory { directory in
            let file = directory.appending(path: "app.xml").path
            let made = FileManager.default.createFile(
                atPath: file, contents: Data(fullText.utf8), attributes: [.posixPermissions: 0])
            #expect(made)
            #expect(fault(path: file)?.message == "no permission to read the file")
        }
    }
}
