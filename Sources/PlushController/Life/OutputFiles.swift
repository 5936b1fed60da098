import CPlushSystem
import Foundation
import Glibc
import NIOCore
import PlushRuntime
import PlushTree

/// The files below `--output DIR`: `DIR/HOST/PROCESS.out` and `.err` for what commands print, and the collected files
/// under their own names.
///
/// `@unchecked Sendable`: made by the life of the run, used by the event loop alone until the run is over.
final class OutputFiles: @unchecked Sendable {
    private let directory: String
    private let hostNames: [String]
    private let layout: Layout
    private var sinks: [Rank: CollectionSink] = [:]
    private var descriptors: [String: Int32] = [:]
    private var lastUsed: [String] = []
    private var broken: Set<String> = []
    private var begun: Set<String> = []
    /// Hosts of which something could not be written here.
    private(set) var incomplete = RankSet()

    /// Open files at a time: as many as fit beside the links of a large tree.
    private static let openFilesMax = 256

    /// Where the output of a command goes.
    enum Layout {
        /// `DIR/HOST/PROCESS.out` and `.err`.
        case byProcess
        /// `DIR/HOST.out` and `.err`.
        case byHost
    }

    /// Makes the directory, all levels of it, and tries whether it can be written to: that is found out before
    /// anything is launched.
    init(directory: String, hostNames: [String], layout: Layout = .byProcess) throws {
        self.directory = directory
        self.layout = layout
        self.hostNames = hostNames
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw Self.unusable(directory, "it cannot be made, or is no directory")
        }
        let probe = "\(directory)/.plush-\(getpid())"
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unusable(directory, Self.words(errno)) }
        Glibc.close(descriptor)
        unlink(probe)
    }

    private static func unusable(_ directory: String, _ cause: String) -> ControllerError {
        ControllerError(
            .usage, "outputs cannot be collected in \(directory): \(cause)",
            remedy: "name another directory with --output")
    }

    private static func words(_ error: Int32) -> String {
        String(cString: plush_error_words(error))
    }

    private func name(_ rank: Rank) -> String {
        Int(rank.value) < hostNames.count ? hostNames[Int(rank.value)] : "rank\(rank)"
    }

    /// Appends output to the files of its hosts; a word when that fails (once per file).
    func write(_ output: ControllerEvent.Output) -> String? {
        guard !output.bytes.isEmpty else { return nil }
        var problem: String?
        for rank in output.ranks {
            let path = path(of: rank, output.name, isError: output.isError)
            guard let failure = append(output.bytes, to: path, host: name(rank)) else { continue }
            problem = failure
            incomplete.insert(rank)
        }
        return problem
    }

    private func path(of rank: Rank, _ process: String, isError: Bool) -> String {
        let ending = isError ? "err" : "out"
        switch layout {
        case .byProcess: return "\(directory)/\(name(rank))/\(process).\(ending)"
        case .byHost: return "\(directory)/\(name(rank)).\(ending)"
        }
    }

    /// What an earlier run has left of these hosts' outputs must not pass for those of this one.
    func clear(_ ranks: RankSet) {
        for rank in ranks {
            for isError in [false, true] { unlink(path(of: rank, "", isError: isError)) }
        }
    }

    private func append(_ bytes: [UInt8], to path: String, host: String) -> String? {
        guard !broken.contains(path) else { return nil }
        guard let descriptor = descriptor(for: path, host: host) else {
            broken.insert(path)
            return "cannot write \(path): \(Self.words(errno))"
        }
        let isWritten = bytes.withUnsafeBytes { raw in
            var rest = raw
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return true
        }
        if isWritten { return nil }
        broken.insert(path)
        return "cannot write \(path): \(Self.words(errno))"
    }

    private func descriptor(for path: String, host: String) -> Int32? {
        if let open = descriptors[path] { return open }
        if descriptors.count >= Self.openFilesMax, let oldest = lastUsed.first {
            lastUsed.removeFirst()
            if let old = descriptors.removeValue(forKey: oldest) { close(old) }
        }
        if layout == .byProcess { mkdir("\(directory)/\(host)", 0o777) }
        let isNew = !begun.contains(path)
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_TRUNC : 0)
        let descriptor = open(path, flags, 0o666)
        guard descriptor >= 0 else { return nil }
        begun.insert(path)
        descriptors[path] = descriptor
        lastUsed.append(path)
        return descriptor
    }

    /// Takes a piece of collected files; words for what went wrong or is missing.
    func collect(_ bytes: ByteBuffer, from ranks: RankSet, isLast: Bool) -> [String] {
        ranks.flatMap { collect(bytes, from: $0, isLast: isLast) }
    }

    private func collect(_ bytes: ByteBuffer, from rank: Rank, isLast: Bool) -> [String] {
        do throws(RuntimeFileError) {
            let sink = try sink(for: rank)
            var rest = bytes
            try sink.consume(&rest)
            guard isLast else { return [] }
            sinks[rank] = nil
            let summary = sink.finish()
            var problems = summary.notes.map { "\(name(rank)): \($0)" }
            if !summary.isComplete { incomplete.insert(rank) }
            if !summary.isComplete { problems.append("\(name(rank)): its collected files are incomplete") }
            return problems
        } catch {
            sinks[rank] = nil
            incomplete.insert(rank)
            return ["\(name(rank)): \(error)"]
        }
    }

    private func sink(for rank: Rank) throws(RuntimeFileError) -> CollectionSink {
        if let open = sinks[rank] { return open }
        let sink = try CollectionSink(directory: directory, host: name(rank))
        sinks[rank] = sink
        return sink
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
    }
}
