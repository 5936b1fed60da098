import Foundation
import NIOCore
import PlushSeal

/// The independent peer of Peers/noise_peer.py as a child process.
final class NoisePeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var arrived = ByteBuffer()

    init(python: URL, role: String, pair: LinkPair, key: [UInt8], remote: [UInt8], payload: ByteBuffer) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Peers/noise_peer.py")
        process.executableURL = python
        process.arguments =
            [script.path, role]
            + [LinkPair.overlayId, LinkPair.bootstrapKey, key, remote, Array(payload.readableBytesView)].map(hex)
            + ["\(pair.recordsPerKey)"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func send(_ bytes: ByteBuffer) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes.readableBytesView))
    }

    /// Feeds what the peer sends to `step`, piece by piece, until it gives a value.
    func receive<Value>(until step: (inout ByteBuffer) throws -> Value?) throws -> Value {
        while true {
            if let value = try step(&arrived) { return value }
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { throw LinkPair.Unexpected(what: "the peer ended early") }
            arrived.writeBytes(piece)
        }
    }

    /// Ends the peer's input and gives its exit status.
    func finish() throws -> Int32 {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
