import CPlushSystem
import NIOCore

/// Why a connection was not made or was lost, as people say it: NIO's own descriptions name its calls and an errno.
enum ConnectionFailure {
    /// In a few words, as part of a sentence.
    static func words(_ error: any Error) -> String {
        if let error = error as? IOError { return lowered(String(cString: plush_error_words(error.errnoCode))) }
        if case .connectTimeout(let limit) = error as? ChannelError {
            return "no answer within \(limit.nanoseconds / 1_000_000_000) s"
        }
        return "\(error)"
    }

    private static func lowered(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
