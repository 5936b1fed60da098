/// How long a file takes to reach all hosts through a pipelined k-ary tree, in seconds.
///
/// A relay sends each chunk to its k children one after the other, so the uplink of a node is shared by k, and the file
/// has passed when the pipeline of `S/m + D - 1` steps has run empty. The arity that is right for commands is many times
/// too slow here: the shape is chosen per operation.
package struct FileBroadcast: Hashable, Sendable {
    /// S: bytes of the file.
    package let bytes: Double
    /// B: bytes per second that a node sends.
    package let bytesPerSecond: Double
    /// o: what a chunk costs an edge besides its bytes, in seconds.
    package let chunkSeconds: Double

    package init(bytes: Double, bytesPerSecond: Double, chunkSeconds: Double) {
        self.bytes = bytes
        self.bytesPerSecond = bytesPerSecond
        self.chunkSeconds = chunkSeconds
    }

    /// `(S/m + D - 1)*(k*m/B + o)` for chunks of `chunkBytes`.
    package func seconds(arity: Int, depth: Int, chunkBytes: Double) -> Double {
        guard depth > 0 else { return 0 }
        return (bytes / chunkBytes + Double(depth - 1))
            * (Double(arity) * chunkBytes / bytesPerSecond + chunkSeconds)
    }

    /// The best chunk, `sqrt(S*o*B/(k*(D - 1)))`, and never more than the file: that is what a single level wants.
    package func bestChunkBytes(arity: Int, depth: Int) -> Double {
        guard depth > 1 else { return bytes }
        let square = bytes * chunkSeconds * bytesPerSecond / (Double(arity) * Double(depth - 1))
        return Swift.min(bytes, square.squareRoot())
    }

    /// With the best chunk, for a complete k-ary tree of `count` hosts; 1 is the chain.
    package func seconds(arity: Int, count: Int) -> Double {
        let depth = KaryArithmetic(arity: arity, count: count).depth
        return seconds(arity: arity, depth: depth, chunkBytes: bestChunkBytes(arity: arity, depth: depth))
    }

    /// Nothing is faster than the root's own uplink takes for one copy.
    package var bound: Double {
        bytes / bytesPerSecond
    }

    /// The fewest rounds in the one-port model, where a node sends one chunk to one node at a time:
    /// `(S/m - 1) + ceil(log2 n)` for `count` hosts and the root.
    package func rounds(chunkBytes: Double, count: Int) -> Int {
        let chunks = Int((bytes / chunkBytes).rounded(.up))
        return Swift.max(0, chunks - 1) + (Int.bitWidth - count.leadingZeroBitCount)
    }
}
