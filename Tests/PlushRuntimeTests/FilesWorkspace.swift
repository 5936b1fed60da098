import CPlushSystem
import Glibc

@testable import PlushRuntime

/// A temporary directory of one test.
final class FilesWorkspace {
    let path: String

    init() throws {
        var template = Array("/tmp/plush-files-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw RuntimeFileError(cause: errno, doing: "make a directory", context: "/tmp") }
        path = made
    }

    deinit { _ = plush_remove_tree(AT_FDCWD, path) }

    var root: RootedDirectory { get throws { try RootedDirectory(opening: path) } }

    func directory(_ name: String) { mkdir("\(path)/\(name)", 0o755) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) {
        write(name, Array(text.utf8), mode: mode)
    }

    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) {
        var made = path
        for part in name.split(separator: "/").dropLast() {
            made += "/" + part
            mkdir(made, 0o755)
        }
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        fchmod(file, mode)
        close(file)
    }

    func link(_ target: String, at name: String) { symlink(target, "\(path)/\(name)") }

    func readBytes(_ name: String) -> [UInt8]? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    func read(_ name: String) -> String? { readBytes(name).map { String(decoding: $0, as: UTF8.self) } }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return lstat("\(path)/\(name)", &status) == 0
    }

    func mode(_ name: String) -> mode_t? {
        var status = stat()
        return lstat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// The names in a directory, sorted.
    func names(_ name: String = ".") -> [String] {
        guard let directory = opendir("\(path)/\(name)") else { return [] }
        closedir(directory)
        let number = open("\(path)/\(name)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let listing = DirectoryListing(Descriptor(owning: number)) else { return [] }
        var names: [String] = []
        while let next = listing.next() { names.append(String(decoding: next, as: UTF8.self)) }
        return names.sorted()
    }
}

/// The code of the error that `body` throws.
func runtimeFileErrorCode(_ body: () throws -> Void) -> RuntimeFileError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? RuntimeFileError)?.code
    }
}
