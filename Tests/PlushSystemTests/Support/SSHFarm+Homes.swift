import Foundation
import Testing

extension SSHFarm {
    /// A file in a host's home.
    struct HomeFile: Equatable {
        /// Below the home.
        let path: String
        let bytes: Int
        /// Another one after it was written anew.
        let inode: Int
        let modified: Date
    }

    /// What tests and odd login shells have put there themselves.
    private static let foreign = [".shell", ".path", ".bashrc", ".cshrc", ".config/fish", ".local/share/fish"]

    /// The regular files in the home of a host, but for those that login shells and tests made.
    func files(_ host: String) throws -> [HomeFile] {
        let home = place.file("farm/homes/\(host)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: home)
        return try names.sorted().compactMap { name in
            let facts = try FileManager.default.attributesOfItem(atPath: "\(home)/\(name)")
            guard facts[.type] as? FileAttributeType == .typeRegular,
                !Self.foreign.contains(where: { name == $0 || name.hasPrefix($0 + "/") })
            else { return nil }
            return HomeFile(
                path: name, bytes: facts[.size] as? Int ?? -1, inode: facts[.systemFileNumber] as? Int ?? -1,
                modified: facts[.modificationDate] as? Date ?? .distantPast)
        }
    }

    /// The cached agent of a host, which with its small stamp must be all that is in its home.
    func cachedAgent(_ host: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> HomeFile {
        let all = try files(host)
        let files = all.filter { !($0.path.hasSuffix(".ok") && $0.bytes < 512) }
        try #require(
            files.count == 1 && all.count <= 2, "\(host): \(all.map(\.path))", sourceLocation: sourceLocation)
        let size = try FileManager.default.attributesOfItem(atPath: agent)[.size] as? Int
        #expect(files[0].bytes == size, sourceLocation: sourceLocation)
        return files[0]
    }

    /// The bytes of a file in a host's home.
    func contents(_ host: String, _ file: HomeFile) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: place.file("farm/homes/\(host)/\(file.path)")))
    }

    /// Spoils a file in a host's home where it lies.
    func overwrite(_ host: String, _ file: HomeFile, _ bytes: Data) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: place.file("farm/homes/\(host)/\(file.path)")))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    /// A file system of its own in the place of a home; false where that is not allowed.
    func mountHome(_ host: String, options: String) async throws -> Bool {
        let end = try await place.start(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place.file("farm/homes/\(host)")]
        ).end()
        return end.code == 0
    }
}
