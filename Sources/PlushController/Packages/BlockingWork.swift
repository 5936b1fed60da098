import Foundation
import Synchronization

/// Runs work that blocks (disk, libcurl, libarchive) on a thread of its own, so that the few threads of Swift's
/// cooperative pool stay free.
enum BlockingWork {
    /// Becomes true once the task that waits for the work is cancelled; the work looks at it between its steps.
    final class CancelFlag: Sendable {
        private let cancelled = Atomic<Bool>(false)

        func cancel() { cancelled.store(true, ordering: .relaxed) }

        func check() throws {
            if cancelled.load(ordering: .relaxed) { throw CancellationError() }
        }
    }

    /// The result of `body`, or what it threw. Returns only when `body` has ended, also after a cancellation.
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable (CancelFlag) throws -> Result,
    ) async throws -> Result {
        let flag = CancelFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(with: Swift.Result { try body(flag) })
                }
            }
        } onCancel: {
            flag.cancel()
        }
    }
}
