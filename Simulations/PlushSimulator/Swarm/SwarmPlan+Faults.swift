import PlushTree

extension SwarmPlan {
    mutating func drawFaults(_ random: inout SplitMix64) {
        let striking = kinds.filter { $0 != .weather && $0 != .badStarts && $0 != .earliness }
        guard !striking.isEmpty else { return }
        for _ in 0..<(1 + random.below(10)) {
            let time = random.below(safetyMilliseconds * 1_000_000)
            draw(random.one(of: striking), at: time, &random)
        }
        // Once in a while much dies at one moment: a third of all, or all of one site.
        if kinds.contains(.kills), random.happens(perThousand: 200) {
            let time = random.below(safetyMilliseconds * 1_000_000)
            for rank in 0..<world.count where random.happens(perThousand: 333) {
                faults.append(Timed(nanoseconds: time, what: .kill(Rank(UInt32(rank)))))
            }
        }
        faults.sort { $0.nanoseconds < $1.nanoseconds }
    }

    private mutating func draw(_ kind: SwarmKind, at time: UInt64, _ random: inout SplitMix64) {
        // Low ranks are near the root, where a fault hits more.
        let rank = Rank(UInt32(min(random.below(world.count), random.below(world.count))))
        let later = time + 200_000_000 + UInt64(random.below(20_000)) * 1_000_000
        switch kind {
        case .kills: add(.kill(rank), time)
        case .darkness: add(.darken(rank), time)
        case .cuts: add(.cut(rank), time)
        case .pauses:
            add(.freeze(rank), time)
            add(.thaw(rank), later)
        case .slowness:
            add(.slow(rank, times: UInt64(2 + random.below(30))), time)
            if random.happens(perThousand: 500) { add(.slow(rank, times: 1), later) }
        case .partitions:
            let partition = drawPartition(&random)
            add(.raise(partition), time)
            add(.heal(partition), later)
        case .drift: add(.drift(rank, perMillion: Int64(random.below(401)) - 200), time)
        case .hostility: add(.turn(rank, random.one(of: Hostility.allCases)), time)
        case .strangers:
            let isAtRoot = random.happens(perThousand: 300)
            add(.stranger(at: isAtRoot ? .controller : rank, random.one(of: Fault.Stranger.allCases)), time)
        case .weather, .badStarts, .earliness: break
        }
    }

    private func drawPartition(_ random: inout SplitMix64) -> Partition {
        let first = random.below(world.count)
        let length = 1 + random.below(max(1, world.count / 3))
        let last = min(world.count - 1, first + length - 1)
        let island = RankSet(ranges: [RankSet.Range(UInt32(first), UInt32(last))])
        switch random.below(4) {
        case 0: return Partition(island: island, isDeaf: true, isMute: false)
        case 1: return Partition(island: island, isDeaf: false, isMute: true)
        default: return Partition(island: island)
        }
    }

    private mutating func add(_ fault: Fault, _ time: UInt64) {
        faults.append(Timed(nanoseconds: time, what: fault))
    }
}
