import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension SwarmPlan {
    /// What the command of an operation does on a rank: the same whenever it is asked.
    package func script(_ rank: Rank, _ id: OperationID) -> ProcessScript {
        var random = SplitMix64(seed: seed ^ UInt64(rank.value) << 32 ^ UInt64(id.sequence) << 20)
        var script = ProcessScript(exit: Int32(random.below(3)))
        let time: Distribution = random.one(of: [
            .uniform(1_000_000, 1_500_000_000), .exponential(least: 1_000_000, mean: 800_000_000),
            .heavy(least: 20_000_000, most: 8_000_000_000),
        ])
        script.milliseconds = time.draw(&random) / 1_000_000
        script.ignoresTerminate = random.happens(perThousand: 120)
        script.leavesPipesOpen = random.happens(perThousand: 50)
        if random.happens(perThousand: 40) { script.startFailure = (127, "no such file or directory") }
        guard random.happens(perThousand: 600) else { return script }
        let text = random.happens(perThousand: 500) ? UInt64(id.sequence) : random.next()
        let isLong = random.happens(perThousand: 200)
        script.standardOutput = SwarmPlan.lines(seed: text, bytes: isLong ? 150_000 : 300)
        if random.happens(perThousand: 200) {
            script.standardError = SwarmPlan.lines(seed: text &+ 1, bytes: 200)
        }
        return script
    }

    /// Lines of text that differ with the seed.
    package static func lines(seed: UInt64, bytes: Int) -> ByteBuffer {
        var random = SplitMix64(seed: seed)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(bytes + 80)
        while buffer.readableBytes < bytes {
            for _ in 0..<(1 + random.below(8)) {
                buffer.writeInteger(random.next() & 0x1f1f_1f1f_1f1f_1f1f | 0x4040_4040_4040_4040)
            }
            buffer.writeInteger(UInt8(10))
        }
        return buffer
    }
}
