import PlushProtocol
import PlushTree
import PlushWire

/// A node reports to one committed parent at a time, and the stamps of its commits grow.
package struct OneParent: Checker {
    package static let name = "OneParent"

    private struct Choice {
        var boot: UInt32
        var stamp: AttachStamp
        var link: LinkID
    }

    private var choices: [Rank: Choice] = [:]

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .sent(let message, let link, isUp: true) = observation else { return }
        let boot = world.host(link.child).boot
        let choice = choices[link.child]
        switch message {
        case .attach:
            break
        case .attachCommit(let stamp):
            if let choice, stamp <= choice.stamp {
                world.violate(Self.name, "\(link.child) commits \(stamp) after \(choice.stamp)")
            }
            choices[link.child] = Choice(boot: boot, stamp: stamp, link: link.childID)
        case .leave, .detach:
            break  // the last word to a parent that was left
        case .heartbeat, .subtree, .results, .output, .credit, .attachReply, .heartbeatReply, .beacon, .log, .chunk,
            .lineage, .outputAcknowledgement, .redirect, .retire, .barrierEntries, .permits, .permitReport,
            .applicationReport:
            guard choice?.link != link.childID || choice?.boot != boot else { return }
            world.violate(Self.name, "\(link.child) reports to \(link.parent), which is not its committed parent")
        }
    }
}
