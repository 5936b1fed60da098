import Foundation
import PlushController
import PlushTree

/// What a controller in the background has to say: a line each, with the time, on standard error, which is its log.
struct OverlayLog {
    private let hosts: HostNames
    private var bytesLeft = OverlayLog.bytesMax

    /// The log of an overlay that stands for months must not fill a disk.
    private static let bytesMax = 1 << 20

    init(_ hosts: HostNames) {
        self.hosts = hosts
    }

    mutating func show(_ event: ControllerEvent) {
        switch event {
        case .joined(let rank, _): say("\(hosts.name(rank)) joined")
        case .unreachable(let ranks, let cause, let remedy):
            say("\(hosts.fold(ranks)): unreachable: \(cause) (\(remedy))")
        case .lost(let ranks, let relay, let path, let cause):
            say("\(hosts.fold(ranks)): lost with \(hosts.name(relay)) (path \(hosts.path(path))): \(cause)")
        case .moved(let rank, let before, let parent):
            say("\(hosts.name(rank)) moved from \(hosts.parentName(before)) to \(hosts.parentName(parent))")
        case .away(let ranks, let relay, let cause):
            say("\(hosts.fold(ranks)): no path through \(hosts.name(relay)): \(cause)")
        case .returned(let ranks): say("\(hosts.fold(ranks)): there again")
        case .retired(let ranks): say("\(hosts.fold(ranks)): slow, passes nothing on any more")
        case .replaced(let rank, let spare): say("\(hosts.name(rank)) is replaced by \(hosts.name(spare))")
        case .warning(let text): say("warning: \(text)")
        case .phase(let phase, _): say(phase.rawValue)
        case .progress, .started, .output, .outcome, .barrier, .said: break
        }
    }

    private mutating func say(_ text: String) {
        let line = "\(Date().formatted(.iso8601)) \(text)\n"
        guard bytesLeft >= line.utf8.count else { return }
        bytesLeft -= line.utf8.count
        Terminal.error(Array(line.utf8))
    }
}
