import PlushTree
import Testing

@testable import PlushController

@Suite struct OverlayPictureTests {
    private func picture(_ events: [ControllerEvent]) -> OverlayPicture {
        events.reduce(into: OverlayPicture()) { $0.note($1) }
    }

    private func joined(_ child: UInt32, _ parent: UInt32?) -> ControllerEvent {
        .joined(Rank(child), parent: parent.map { Rank($0) } ?? .controller)
    }

    @Test func depthsFollowTheTree() {
        let picture = picture([joined(0, nil), joined(2, 0), joined(3, 2), joined(1, nil), joined(4, 0)])
        #expect(picture.depths == [RankSet(count: 2), RankSet([Rank(2), Rank(4)]), RankSet(Rank(3))])
        #expect(picture.relays == RankSet([Rank(0), Rank(2)]))
        #expect(picture.fanout == 2)
        #expect(picture.joined == RankSet(count: 5))
    }

    @Test func aChainOfThousandsIsNoRecursion() {
        let picture = picture((0..<20_000).map { joined(UInt32($0), $0 == 0 ? nil : UInt32($0 - 1)) })
        #expect(picture.depths.count == 20_000)
    }

    /// News of two moments may contradict each other.
    @Test func aRingEndsToo() {
        let picture = picture([joined(0, 1), joined(1, 0), joined(2, nil)])
        #expect(picture.depths.reduce(0) { $0 + $1.count } == 3)
    }

    @Test func whoIsLostAndComesBackIsCountedOnce() {
        let lost = ControllerEvent.lost(
            RankSet([Rank(0), Rank(1)]), relay: Rank(0), path: [.controller, Rank(0)], cause: "closed")
        var picture = picture([joined(0, nil), joined(1, 0), joined(2, nil), lost])
        #expect(picture.joined == RankSet(Rank(2)))
        #expect(picture.lost.map(\.ranks) == [RankSet(count: 2)])
        picture.note(.lost(RankSet(Rank(1)), relay: Rank(1), path: [], cause: "again"))
        #expect(picture.lost.map(\.ranks) == [RankSet(Rank(0)), RankSet(Rank(1))])
        picture.note(joined(1, 2))
        #expect(picture.lost.map(\.ranks) == [RankSet(Rank(0))])
        #expect(picture.depths == [RankSet(Rank(2)), RankSet(Rank(1))])
    }

    @Test func hostsOfOneCauseAreToldTogether() {
        let picture = picture([
            .unreachable(RankSet(Rank(3)), cause: "a", remedy: "r"),
            .unreachable(RankSet(Rank(5)), cause: "b", remedy: "s"),
            .unreachable(RankSet(Rank(4)), cause: "a", remedy: "r"),
        ])
        #expect(picture.unreachable.map(\.ranks) == [RankSet([Rank(3), Rank(4)]), RankSet(Rank(5))])
        #expect(picture.joined.isEmpty)
    }

    @Test func theTreeThatStandsIsDrawnWithoutThoseThatAreMissing() throws {
        let picture = picture([joined(0, nil), joined(2, 0), joined(3, 2)])
        let edges = picture.edges.map { (rank: $0.child, parent: $0.parent) }
        let tree = try #require(StandingTree(edges, names: ["a", "b", "c", "d"]))
        #expect(tree.names == ["a", "c", "d"])
        let layout = TreeShape.explicit(tree.tree).layout(count: 3)
        #expect(layout.depth == 3)
        #expect(StandingTree([(rank: Rank(1), parent: Rank(7))], names: ["a", "b"]) == nil)
        #expect(StandingTree([(rank: Rank(9), parent: .controller)], names: ["a"]) == nil)
    }
}
