import PlushProtocol
import PlushTree
import PlushWire

/// What goes wrong with whole machines and processes.
extension World {
    /// `kill -9`: the agent's commands die with it, the kernel closes its links.
    package func kill(_ rank: Rank) {
        let host = host(rank)
        guard !host.isGone else { return }
        let open = openLinks(of: .host(rank))
        stop(host, .killed)
        for link in open { cut(link) }
    }

    /// The power fails: nobody is told anything.
    package func darken(_ rank: Rank) {
        let host = host(rank)
        guard host.life != .dark else { return }
        stop(host, .dark)
    }

    private func stop(_ host: WorldHost, _ life: WorldHost.Life) {
        host.life = life
        host.endedAt = now
        host.backlog = []
        host.dialsWhileFrozen = []
        stopProcesses(of: host)
    }

    /// A machine whose agent is gone is up again, as it was before an agent came: without links, commands and files.
    package func comeBack(_ rank: Rank) {
        let host = host(rank)
        guard host.isGone else { return }
        host.boot += 1
        host.life = .absent
        host.node = nil
        host.bootstrap = nil
        host.wakeAt = nil
        host.endedAt = nil
        host.processes = [:]
        host.files = [:]
        host.installed = [:]
        host.rootKnown = 0
        host.isTainted = false
    }

    /// The process stands still, and its kernel goes on acknowledging.
    package func freeze(_ rank: Rank) {
        guard host(rank).life == .running else { return }
        host(rank).life = .frozen
    }

    package func thaw(_ rank: Rank) {
        let host = host(rank)
        guard host.life == .frozen else { return }
        host.life = .running
        let backlog = host.backlog
        let dials = host.dialsWhileFrozen
        host.backlog = []
        host.dialsWhileFrozen = []
        for event in backlog { give(.host(rank), event) }
        for dial in dials { connect(dial) }
        host.wakeAt = nil
        arm(host)
    }

    /// Everything takes this many times longer on a host; 1: as usual.
    package func slow(_ rank: Rank, times factor: UInt64) {
        host(rank).machine.slowness = max(1, factor)
    }

    package func killController() {
        isControllerAlive = false
        controllerDiedAt = now
        for link in openLinks(of: .controller) { cut(link) }
    }

    /// The controller stands still; its links stay.
    package func freezeController() {
        isControllerAlive = false
        controllerDiedAt = now
    }
}
