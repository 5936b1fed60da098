import Glibc
import PlushRuntime
import PlushTree
import PlushWire

/// The standard input of a run, for all of its commands: read once, sent down the tree like software, and opened by a
/// shell in front of each command, which removes the file's name before the command begins.
struct CommandInput: Sendable {
    let spool: TransferSpool
    private let directoryName: String

    private static let fileName = "input"

    /// Reads a descriptor to its end; on a thread that may block. `directory`: for the copy that relays are served from.
    init(
        reading descriptor: Int32, directory: String, cancel: BlockingWork.CancelFlag
    ) throws {
        directoryName = "input-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let file = try StagingFile(in: directory, prefix: Self.fileName)
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            // An interruption is looked for while nobody writes.
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&event, 1, Self.pollMilliseconds)
            try cancel.check()
            if isReady == 0 || (isReady < 0 && errno == EINTR) { continue }
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else {
                throw ControllerError(.usage, "standard input cannot be read: \(errorText())")
            }
            if count == 0 { break }
            try block[..<count].withUnsafeBytes { try file.append($0) }
        }
        file.close()
        let staged = StagedFile(
            path: Self.fileName, sizeBytes: file.sizeBytes, mode: 0o600, location: file.location)
        spool = try TransferSpool(StagedTree(distinct: [staged]), application: directoryName, directory: directory)
    }

    private static let pollMilliseconds: Int32 = 200

    /// The command with its input. It is a file of its own on every host, so a command may read it at its own pace.
    func arguments(_ command: [String]) -> [String] {
        let script = "exec <\"$0\" && rm -f -- \"$0\" && exec \"$@\""
        return ["/bin/sh", "-c", script, "../app/\(directoryName)/\(Self.fileName)"] + command
    }
}
