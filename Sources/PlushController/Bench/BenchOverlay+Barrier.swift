import NIOCore
import PlushProtocol
import PlushTree
import PlushWire
import Synchronization

extension BenchOverlay {
    /// When a process asked to enter, and when it was let through, in nanoseconds of the machine's monotonic clock.
    package typealias Passage = (entered: UInt64, passed: UInt64)

    /// The barrier that clients enter.
    package static let barrierName = "step"

    /// Runs a client of the application socket on every host that enters a strict barrier and prints `ENTERED PASSED` for
    /// each round; returns what each host printed, and what `reading` returned at each release at the root.
    package func barrier<Reading: Sendable>(
        _ arguments: [String], reading: @escaping @Sendable () -> Reading
    ) async throws -> (passages: [[Passage]], readings: [Reading]) {
        let application = "bench"
        let key = BarrierKey(application: application, name: Self.barrierName)
        let answers = Answers()
        let readings = NIOLoopBoundBox<[Reading]>.makeBoxSendingValue([], eventLoop: overlay.loop)
        let task = RunTask(
            application: application, arguments: arguments, environment: [], workingDirectory: "",
            timeoutMilliseconds: 0, graceMilliseconds: 2_000, output: .fold, barriers: [Self.barrierName])
        let work = Work(
            name: "barrier", phase: .execution,
            request: ControllerNode.Request(targets: targets, task: .run(task)), isSilent: true
        ) { output in
            if !output.isError { answers.add(output.bytes, of: output.ranks) }
        }
        let request = ControllerNode.BarrierRequest(
            key: key, policy: BarrierPolicy(), participants: targets,
            members: [BarrierOpening.Member(application: application, processes: 1)])
        try await overlay.loop.submit { [overlay] in
            try overlay.host.value.openBarrier(request)
            overlay.host.value.barrierObserver = { if case .released = $0 { readings.value.append(reading()) } }
        }.get()
        _ = try await overlay.perform([work])
        let taken = try await overlay.loop.submit { [overlay] in
            overlay.host.value.barrierObserver = nil
            overlay.host.value.closeBarriers(application: application)
            return readings.value
        }.get()
        return (answers.all.map(Self.passages), taken)
    }

    /// What clients have printed, by host.
    private final class Answers: Sendable {
        private let texts = Mutex<[Rank: [UInt8]]>([:])

        func add(_ bytes: [UInt8], of ranks: RankSet) {
            texts.withLock { texts in
                for rank in ranks { texts[rank, default: []] += bytes }
            }
        }

        var all: [[UInt8]] {
            texts.withLock { texts in texts.sorted { $0.key < $1.key }.map(\.value) }
        }
    }

    private static func passages(_ text: [UInt8]) -> [Passage] {
        String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }
}
