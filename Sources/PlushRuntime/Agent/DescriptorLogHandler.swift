import CPlushSystem
import Glibc
import Logging

/// Writes each line with one write(2) to a descriptor opened for appending, so that many agents share one file; nothing
/// when the descriptor is negative.
struct DescriptorLogHandler: LogHandler {
    let descriptor: Int32
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard descriptor >= 0 else { return }
        let seconds = plush_boot_nanoseconds() / 1_000_000_000
        let line = Array("\(seconds) \(event.level) \(event.message)\n".utf8)
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
