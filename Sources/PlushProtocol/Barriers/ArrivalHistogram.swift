/// Arrivals by time, in cells whose width grows with the time: 1 ms wide up to 64 ms, then a 32nd of a power of two (at
/// most 3.2 % of the time itself). It is merged by adding, and its size does not depend on the number of hosts.
package struct ArrivalHistogram: Hashable, Sendable {
    /// Cells per power of two.
    package static let cellsPerDoubling = 32

    private var counts: [Int] = []
    /// All arrivals.
    package private(set) var count = 0

    package init() {}

    /// The cell of a time.
    package static func cell(ofMilliseconds milliseconds: UInt64) -> Int {
        guard milliseconds >= UInt64(cellsPerDoubling) else { return Int(milliseconds) }
        let shift = 63 - milliseconds.leadingZeroBitCount - 5
        return cellsPerDoubling * shift + Int(milliseconds >> UInt64(shift))
    }

    /// The first millisecond of a cell.
    package static func firstMillisecond(ofCell cell: Int) -> UInt64 {
        guard cell >= 2 * cellsPerDoubling else { return UInt64(max(0, cell)) }
        let shift = cell / cellsPerDoubling - 1
        return UInt64(cell - cellsPerDoubling * shift) << UInt64(shift)
    }

    /// A time as coarse as its cell: what travels, so that equal cells make one entry of a message.
    package static func rounded(_ milliseconds: UInt64) -> UInt64 {
        firstMillisecond(ofCell: cell(ofMilliseconds: milliseconds))
    }

    package mutating func add(_ arrivals: Int = 1, atMilliseconds milliseconds: UInt64) {
        guard arrivals > 0 else { return }
        let cell = Self.cell(ofMilliseconds: milliseconds)
        if cell >= counts.count { counts.append(contentsOf: repeatElement(0, count: cell + 1 - counts.count)) }
        counts[cell] += arrivals
        count += arrivals
    }

    package mutating func merge(_ other: ArrivalHistogram) {
        for (cell, arrivals) in other.counts.enumerated() where arrivals > 0 {
            add(arrivals, atMilliseconds: Self.firstMillisecond(ofCell: cell))
        }
    }

    /// Arrivals of one cell.
    package struct Cell: Hashable, Sendable {
        /// The cell's first millisecond.
        package let milliseconds: UInt64
        package let widthMilliseconds: UInt64
        package let arrivals: Int
    }

    /// The cells with arrivals, in the order of time.
    package var cells: [Cell] {
        counts.indices.lazy.filter { counts[$0] > 0 }.map { cell in
            let first = Self.firstMillisecond(ofCell: cell)
            return Cell(
                milliseconds: first, widthMilliseconds: Self.firstMillisecond(ofCell: cell + 1) - first,
                arrivals: counts[cell])
        }
    }

    /// The time of the last arrival.
    package var lastMilliseconds: UInt64? {
        counts.lastIndex { $0 > 0 }.map { Self.firstMillisecond(ofCell: $0) }
    }

    /// When so many had arrived; nil when fewer have.
    package func milliseconds(ofArrival number: Int) -> UInt64? {
        guard number > 0, number <= count else { return nil }
        var sum = 0
        for (cell, arrivals) in counts.enumerated() {
            sum += arrivals
            if sum >= number { return Self.firstMillisecond(ofCell: cell) }
        }
        return nil
    }
}
