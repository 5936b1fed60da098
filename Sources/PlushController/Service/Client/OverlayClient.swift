import PlushTree
import PlushWire

/// A client of an overlay that is up. Its questions are answered one after another.
public final class OverlayClient: Sendable {
    /// What the controller says of the overlay at first.
    public let overlay: OverlayDescription
    let socket: ServiceSocket

    /// Connects to an overlay. Throws ``ControllerError`` when its controller does not answer, is of another version, or
    /// is somebody else's.
    public init(_ entry: OverlayPlaces.Entry, in places: OverlayPlaces = OverlayPlaces()) throws(ControllerError) {
        socket = try ServiceSocket(entry.name, path: places.socket(entry.name))
        socket.setPatience(seconds: ServiceLimits.answerSeconds)
        try socket.send(.hello(version: ServiceLimits.version, build: Controller.version))
        guard case .welcome(let overlay) = try socket.receive() else { throw Self.oddAnswer }
        self.overlay = overlay
    }

    static let oddAnswer = ControllerError(.tree, "the controller's answer makes no sense")

    /// Asks, on a thread that may block. `isQuick`: whether there is an answer that needs no work.
    private func ask<Value: Sendable>(
        _ request: ServiceRequest, isQuick: Bool = true, _ value: @escaping @Sendable (ServiceReply) -> Value?
    ) async throws -> Value {
        let socket = socket
        return try await BlockingWork.run { _ in
            socket.setPatience(seconds: isQuick ? ServiceLimits.answerSeconds : 0)
            try socket.send(request)
            guard let value = value(try socket.receive()) else { throw Self.oddAnswer }
            return value
        }
    }

    /// What is known of the hosts.
    public func status() async throws -> OverlayStatus {
        try await ask(.status) { if case .status(let status) = $0 { status } else { nil } }
    }

    /// The names of the hosts, by rank.
    public func hosts() async throws -> OverlayHosts {
        let name = overlay.name
        return try await ask(.hosts) {
            guard case .hosts(let names, let fullNames) = $0 else { return nil }
            return OverlayHosts(overlay: name, names: names, fullNames: fullNames)
        }
    }

    /// Who is below whom: a host of the tree and its parent, `Rank.controller` for those below the controller itself.
    public func tree() async throws -> [(rank: Rank, parent: Rank)] {
        try await ask(.tree) {
            guard case .tree(let edges) = $0 else { return nil }
            return edges.map { ($0.child, $0.parent) }
        }
    }

    /// All operations that are known, the oldest first.
    public func jobs() async throws -> [OverlayJob] {
        try await ask(.jobs) { if case .jobs(let jobs) = $0 { jobs } else { nil } }
    }

    /// An operation by its number; throws ``ControllerError`` where there is none.
    public func job(_ number: UInt32) async throws -> OverlayJob {
        guard let job = try await jobs().first(where: { $0.number == number }) else {
            throw ControllerError(
                .usage, "overlay \(overlay.name) has no operation \(number), or keeps it no longer",
                remedy: "plush jobs --on \(overlay.name) lists them")
        }
        return job
    }

    /// Waits for the end of an operation; returns its account.
    public func wait(for operation: UInt32) async throws -> Summary {
        try await ask(.wait(operation: operation), isQuick: false) {
            if case .ended(let summary) = $0 { summary } else { nil }
        }
    }

    /// The hosts on which an operation has not ended, as far as is known.
    public func missing(_ operation: UInt32) async throws -> RankSet {
        try await ask(.missing(operation: operation)) { if case .ranks(let ranks) = $0 { ranks } else { nil } }
    }

    /// Stops an operation, and does not wait for its end.
    public func kill(_ operation: UInt32) async throws {
        try await ask(.kill(operation: operation)) { if case .done = $0 { () } else { nil } }
    }

    /// Ends the overlay, and waits until nothing of it is left.
    public func end() async throws {
        try await ask(.end, isQuick: false) { if case .done = $0 { () } else { nil } }
    }

    /// Removes what a controller that is gone has left of an overlay; false where there is nothing of that name, or its
    /// controller lives.
    public static func removeRemains(of name: String, in places: OverlayPlaces = OverlayPlaces()) -> Bool {
        guard OverlayName.isValid(name), places.entry(name)?.state == .gone else { return false }
        places.removeRemains(name)
        return true
    }
}
