import NIOCore
import PlushTree

/// One node and its parent.
package struct TreeEdge: WireValue {
    package let child: Rank
    package let incarnation: UInt32
    package let parent: Rank
    /// Of the attach that made the edge: with the incarnation its stamp (P2). Of two edges of a rank, the one with the
    /// higher stamp is true.
    package let attempt: UInt32
    /// The child's own word for the edge, which only the root can check; none where the root itself has named the
    /// parent.
    package var proof: Tag?

    package init(child: Rank, incarnation: UInt32, parent: Rank, attempt: UInt32 = 1, proof: Tag? = nil) {
        self.child = child
        self.incarnation = incarnation
        self.parent = parent
        self.attempt = attempt
        self.proof = proof
    }

    package var stamp: AttachStamp {
        AttachStamp(incarnation: incarnation, attempt: attempt)
    }

    /// What ``proof`` is the tag of.
    package func statement(overlay: OverlayID) -> ByteBuffer {
        var writer = WireWriter()
        writer.text("plush edge 1")
        overlay.write(to: &writer)
        writeEdge(to: &writer)
        return writer.buffer
    }

    private func writeEdge(to writer: inout WireWriter) {
        child.write(to: &writer)
        writer.varint(incarnation)
        parent.write(to: &writer)
        writer.varint(attempt)
    }

    package func write(to writer: inout WireWriter) {
        writeEdge(to: &writer)
        writer.flag(proof != nil)
        proof?.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        child = try Rank(from: &reader)
        incarnation = try reader.varint32("edge incarnation")
        parent = try Rank(from: &reader)
        attempt = try reader.varint32("edge attempt")
        proof = try reader.flag("edge proof") ? try Tag(from: &reader) : nil
    }
}
