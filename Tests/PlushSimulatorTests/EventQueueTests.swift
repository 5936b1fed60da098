import PlushSimulator
import PlushTree
import Testing

@Suite struct EventQueueTests {
    @Test func eventsComeInOrderOfTimeAndOfEqualTimesAsTheyWereScheduled() {
        var random = SplitMix64(seed: 4)
        var queue = EventQueue<Int>()
        var expected: [(time: UInt64, number: Int)] = []
        var came: [(time: UInt64, number: Int)] = []
        for number in 0..<5_000 {
            let time = UInt64(random.below(300)) + (came.last?.time ?? 0)
            queue.push(number, at: time)
            expected.append((time, number))
            if random.happens(perThousand: 400), let (time, number) = queue.pop() { came.append((time, number)) }
        }
        while let (time, number) = queue.pop() { came.append((time, number)) }
        #expect(came.count == 5_000 && queue.count == 0 && queue.nextTime == nil)
        for (before, after) in zip(came, came.dropFirst()) {
            #expect(before.time < after.time || (before.time == after.time && before.number < after.number))
        }
        #expect(came.map(\.number).sorted() == Array(0..<5_000))
        #expect(came.allSatisfy { expected[$0.number].time == $0.time })
    }

    @Test func anEmptyQueueGivesNothing() {
        var queue = EventQueue<String>()
        #expect(queue.pop() == nil)
        queue.push("a", at: 3)
        #expect(queue.nextTime == 3 && queue.pop()?.payload == "a")
        #expect(queue.pop() == nil)
    }
}
