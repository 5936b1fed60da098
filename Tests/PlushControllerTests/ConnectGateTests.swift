import PlushTree
import Testing

@testable import PlushController

/// How many logins go on at one time.
struct ConnectGateTests {
    private func full(_ ceiling: Int, asking count: Int) -> (ConnectGate, inside: [Rank]) {
        var gate = ConnectGate(ceiling: ceiling)
        let inside = (0..<UInt32(count)).map { Rank($0) }.filter { gate.enter($0) }
        return (gate, inside)
    }

    @Test func noMoreThanTheCeilingLogInAtOnceAndTheOthersComeInTheirOrder() {
        var (gate, inside) = full(3, asking: 6)
        #expect(inside == [Rank(0), Rank(1), Rank(2)])
        #expect(gate.leave(Rank(1), .loggedIn) == [Rank(3)])
        #expect(gate.leave(Rank(0), .other) == [Rank(4)])
        #expect(gate.leave(Rank(2), .other) == [Rank(5)])
        #expect(gate.leave(Rank(5), .other) == [])
    }

    @Test func aBurstThatIsDroppedHalvesTheNumberOnceAndNotOncePerVictim() {
        var (gate, inside) = full(64, asking: 64)
        for rank in inside.prefix(40) { #expect(gate.leave(rank, .dropped) == []) }
        // 24 are inside, and 32 may be.
        let again = inside.prefix(40).filter { gate.enter($0) }
        #expect(again.count == 8)
        // These began after the halving: drops among them say that 32 are too many as well.
        #expect(again.prefix(3).map { gate.leave($0, .dropped).count } == [1, 1, 0])
        for rank in inside.dropFirst(40) { #expect(gate.leave(rank, .other).isEmpty == (rank.value < 55)) }
    }

    @Test func aHostThatDropsEverythingNarrowsNothing() {
        var gate = ConnectGate(ceiling: 16)
        for round in 0..<10 {
            for bad in [Rank(0), Rank(1)] {
                _ = gate.enter(bad)
                _ = gate.leave(bad, .dropped)
            }
            _ = gate.enter(Rank(UInt32(10 + round)))
            _ = gate.leave(Rank(UInt32(10 + round)), .loggedIn)
        }
        #expect((300..<400).filter { gate.enter(Rank($0)) }.count == 16)
    }

    @Test func dropsWithoutEndLeaveTheFloor() {
        var gate = ConnectGate(ceiling: 64)
        for round in 0..<20 {
            let rank = Rank(UInt32(round))
            let isInside = gate.enter(rank)
            #expect(isInside)
            _ = gate.leave(rank, .dropped)
        }
        let inside = (100..<200).filter { gate.enter(Rank($0)) }
        #expect(inside.count == ConnectGate.floor)
    }

    @Test func successesRaiseTheNumberAgainUpToTheCeiling() {
        var gate = ConnectGate(ceiling: 8)
        for rank in 0..<6 {
            let isInside = gate.enter(Rank(UInt32(rank)))
            #expect(isInside)
            _ = gate.leave(Rank(UInt32(rank)), .dropped)
        }
        for rank in 10..<200 {
            let isInside = gate.enter(Rank(UInt32(rank)))
            #expect(isInside)
            _ = gate.leave(Rank(UInt32(rank)), .loggedIn)
        }
        #expect((300..<400).filter { gate.enter(Rank($0)) }.count == 8)
    }

    @Test func whoIsGivenUpWhileWaitingIsForgotten() {
        var (gate, _) = full(1, asking: 3)
        #expect(gate.leave(Rank(1), .other) == [])
        #expect(gate.leave(Rank(0), .loggedIn) == [Rank(2)])
        #expect(gate.leave(Rank(7), .dropped) == [])
    }
}
