import NIOCore
import Synchronization

/// The agent's executable as it is sent to hosts.
///
/// Nothing of it is kept in memory until a host needs it, and then only the form that was asked for, once for all
/// hosts. What is read then is the file that was hashed, or an error.
package final class AgentImage: Sendable {
    /// How the bytes go over the wire; the word is that of the start script.
    package enum Form: String, Sendable, CaseIterable {
        case gzip
        case plain
    }

    /// SHA-256 of the file in lower-case hexadecimal.
    package let hash: String
    /// The size of the file.
    package let sizeBytes: Int
    /// What `uname -m` says where it runs.
    package let machine: String
    private let file: AgentImageFile
    private let works = Mutex<[Form: Task<ByteBuffer, any Error>]>([:])

    /// Looks at the file at `path`, on a thread of its own: 10 ms for 13 MB. Throws ``ControllerError``.
    package convenience init(path: String) async throws {
        self.init(try await BlockingWork.run { _ in try AgentImageFile(path) })
    }

    private init(_ file: AgentImageFile) {
        self.file = file
        hash = file.hash
        sizeBytes = file.sizeBytes
        machine = file.machine
    }

    /// The bytes in that form, made on a thread of its own when they are first asked for, and the same buffer from then
    /// on. Throws ``ControllerError``.
    package func bytes(_ form: Form) async throws -> ByteBuffer {
        let file = file
        let work = works.withLock { works in
            if let work = works[form] { return work }
            let work = Task {
                try await BlockingWork.run { _ in try form == .gzip ? file.compressed() : file.bytes() }
            }
            works[form] = work
            return work
        }
        return try await work.value
    }

    /// The same as a future of an event loop.
    package func bytes(_ form: Form, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        eventLoop.makeFutureWithTask { try await self.bytes(form) }
    }
}
