/// The children of a position in ascending order, which is the order in which they are served: a range, a row of powers
/// of two, or a part of a table, none of them copied.
public struct TreeChildren: RandomAccessCollection, Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case range(Range<Int>)
        /// `base + 2^e` for `count` exponents from `first` on.
        case powers(base: Int, first: Int, count: Int)
        case listed(ArraySlice<UInt32>)
    }

    let form: Form

    /// Always 0.
    public var startIndex: Int { 0 }

    /// How many children there are.
    public var endIndex: Int {
        switch form {
        case .range(let range): range.count
        case .powers(_, _, let count): count
        case .listed(let slice): slice.count
        }
    }

    /// The position of the child that is served after `index` others.
    public subscript(index: Int) -> Int {
        precondition(indices.contains(index), "child \(index) of \(count)")
        switch form {
        case .range(let range): return range.lowerBound + index
        case .powers(let base, let first, _): return base + (1 << (first + index))
        case .listed(let slice): return Int(slice[slice.startIndex + index])
        }
    }
}
