import Glibc

/// An open directory, and access to what is below it that follows no symbolic link: every path is resolved component by
/// component from the open descriptor, so a link planted at any time leads nowhere.
package final class RootedDirectory {
    /// The absolute path at which it was opened, for messages and for a child's working directory.
    package let path: String
    let descriptor: Descriptor

    init(path: String, descriptor: Descriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    private static let openFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY

    /// Opens a directory that is chosen by its owner, thus through links above it.
    package convenience init(opening path: String) throws(RuntimeFileError) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw RuntimeFileError(cause: errno, doing: "open the directory", context: path) }
        self.init(path: path, descriptor: Descriptor(owning: number))
    }

    /// The directory `name` in it, made with `mode` when absent.
    package func subdirectory(_ name: String, mode: mode_t = 0o755) throws(RuntimeFileError) -> RootedDirectory {
        let parsed = try RelativePath(name)
        guard parsed.components.count == 1 else {
            throw RuntimeFileError(.unsafePath, "one name is needed, not a path", context: name)
        }
        let opened = try directory(parsed.components[...], creatingWith: mode)
        return RootedDirectory(path: "\(path)/\(parsed)", descriptor: opened)
    }

    /// Descends into directories; makes those that are absent when `mode` is given.
    func directory(_ names: ArraySlice<[UInt8]>, creatingWith mode: mode_t?) throws(RuntimeFileError) -> Descriptor {
        var current = descriptor
        for (depth, name) in names.enumerated() {
            var (number, error) = openDirectory(name, in: current)
            if number < 0, error == ENOENT, let mode {
                _ = name.withCName { mkdirat(current.number, $0, mode) }
                (number, error) = openDirectory(name, in: current)
            }
            guard number >= 0 else {
                throw RuntimeFileError(
                    cause: error, doing: "open the directory", context: shown(names.prefix(depth + 1)))
            }
            current = Descriptor(owning: number)
        }
        return current
    }

    private func openDirectory(_ name: [UInt8], in parent: Descriptor) -> (number: Int32, error: Int32) {
        let number = name.withCName { openat(parent.number, $0, RootedDirectory.openFlags) }
        return (number: number, error: errno)
    }

    /// The path of something below, for messages.
    func shown(_ names: ArraySlice<[UInt8]>) -> String {
        names.reduce(into: path) { $0 += "/" + String(decoding: $1, as: UTF8.self) }
    }

    func shown(_ below: RelativePath) -> String { shown(below.components[...]) }
}

extension [UInt8] {
    /// Calls `body` with these bytes as a C string.
    func withCName<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            for index in indices { buffer[index] = CChar(bitPattern: self[index]) }
            buffer[count] = 0
            guard let base = buffer.baseAddress else { preconditionFailure("a buffer of a byte has an address") }
            return body(base)
        }
    }
}
