import PlushController
import Synchronization
import Testing

/// The event stream: what has been dealt with is acknowledged, once, and nothing before.
@Suite struct EventsTests {
    private final class Acknowledged: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func note(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    private func send(_ count: Int, to events: ControllerEvents, _ acknowledged: Acknowledged) {
        for number in 0..<count {
            events.send(.warning("\(number)"), acknowledge: { acknowledged.note(number) })
        }
    }

    @Test func anEventIsAcknowledgedWhenTheNextIsAskedFor() async {
        let events = ControllerEvents()
        let acknowledged = Acknowledged()
        send(3, to: events, acknowledged)
        events.finish()
        #expect(acknowledged.all == [])
        var iterator = events.makeAsyncIterator()
        _ = await iterator.next()
        #expect(acknowledged.all == [])
        _ = await iterator.next()
        #expect(acknowledged.all == [0])
        _ = await iterator.next()
        #expect(acknowledged.all == [0, 1])
        #expect(await iterator.next() == nil)
        #expect(acknowledged.all == [0, 1, 2])
        // The end is asked for again: nothing is acknowledged twice.
        #expect(await iterator.next() == nil)
        #expect(acknowledged.all == [0, 1, 2])
    }

    @Test func afterTheEndCreditIsGivenBackAtOnce() async {
        let events = ControllerEvents()
        let acknowledged = Acknowledged()
        events.finish()
        send(2, to: events, acknowledged)
        #expect(acknowledged.all == [0, 1])
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }

    @Test func eventsComeInOrder() async {
        let events = ControllerEvents()
        send(100, to: events, Acknowledged())
        events.finish()
        var seen: [String] = []
        for await event in events {
            if case .warning(let text) = event { seen.append(text) }
        }
        #expect(seen == (0..<100).map(String.init))
    }
}
