import NIOCore
import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire

/// Starts agents and brings their launch channels: as processes of this machine, or over SSH. Lives on the controller's
/// event loop, and tells what comes of it as events.
protocol AgentLauncher: AnyObject {
    /// Starts the agent of a host; answered by `agentHello` or `agentFailed`.
    func start(_ rank: Rank)
    func send(_ bootstrap: Bootstrap, to rank: Rank)
    /// The launch channel of one of the root's own children becomes its link.
    func giveWay(_ rank: Rank, to link: LinkHandler)
    /// Stops what was started for a host.
    func abandon(_ rank: Rank)
    /// The agent's process where it is one of this machine; 0 elsewhere, and before it has spoken.
    func process(of rank: Rank) -> Int32
    /// The tree is empty: the future is done when nothing of what was started is left as far as that can be seen from
    /// here. What has not ended by itself within `milliseconds` is ended.
    func end(withinMilliseconds milliseconds: Int64) -> EventLoopFuture<Void>
}

/// To whom a launcher reports.
struct LaunchReports {
    /// Takes `agentHello`, `agentStarting` and `agentFailed`.
    let post: (Event) -> Void
    /// Hears what a user may try against a cause that begins like this.
    let advise: (_ remedy: String, _ cause: String) -> Void
}

/// The dialog with one agent over its launch channel, from its first word until it is in the tree.
final class LaunchDialog {
    let channel = LaunchChannel(awaitsMarker: true)
    private let rank: Rank
    private let post: (Event) -> Void
    private var hasSpoken = false
    private var isOver = false
    /// The agent's process on its host; 0 before it has spoken.
    private(set) var process: Int32 = 0
    /// Where other agents can dial this one, by the port that it names.
    var address: (UInt16) -> NetworkAddress = { .loopback(port: $0) }
    /// Why a channel ended before the agent had spoken, where more is known than that.
    var explanation: () -> String = { "what was started is no agent, or it ended at once" }
    /// Called when the agent is in the tree, or has failed: the channel is not needed any more.
    var ended: () -> Void = {}

    init(_ rank: Rank, post: @escaping (Event) -> Void) {
        self.rank = rank
        self.post = post
        channel.received = { [weak self] in self?.received($0) }
        channel.closed = { [weak self] _ in self?.closed() }
    }

    private func received(_ message: LaunchMessage) {
        switch message {
        case .hello(let hello):
            hasSpoken = true
            process = max(0, hello.processID)
            post(.agentHello(rank, hello, address(hello.port)))
        case .failed(let reason): fail(reason)
        case .attached: finish()
        case .bootstrap: fail("the agent sent a bootstrap")
        }
    }

    private func closed() {
        fail(hasSpoken ? "the agent ended before it joined" : explanation())
    }

    /// Tells why there will be no agent; once.
    func fail(_ reason: String) {
        guard !isOver else { return }
        post(.agentFailed(rank, reason))
        finish()
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        ended()
    }

    func send(_ bootstrap: Bootstrap) {
        channel.send(.bootstrap(bootstrap))
    }

    /// Nothing that still comes is told any more.
    func close() {
        isOver = true
        channel.close()
    }
}
