/// Messages that have passed somewhere, and their bytes.
package struct MessageCounts: Hashable, Sendable {
    package private(set) var sent = 0
    package private(set) var received = 0
    package private(set) var bytes: UInt64 = 0

    package init() {}

    package var messages: Int {
        sent + received
    }

    mutating func send(bytes size: Int) {
        sent += 1
        bytes += UInt64(size)
    }

    mutating func receive(bytes size: Int) {
        received += 1
        bytes += UInt64(size)
    }
}
