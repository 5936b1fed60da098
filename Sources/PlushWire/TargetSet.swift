import PlushTree

/// The ranks an operation is for, bound to their incarnations: a restarted agent does not run its predecessor's
/// operations (rule 2). Nearly always one group.
package struct TargetSet: WireValue {
    /// The ranks that are meant in one incarnation.
    package struct Group: WireValue {
        package var incarnation: UInt32
        package var ranks: RankSet

        package init(incarnation: UInt32, ranks: RankSet) {
            self.incarnation = incarnation
            self.ranks = ranks
        }

        package func write(to writer: inout WireWriter) {
            writer.varint(incarnation)
            ranks.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            incarnation = try reader.varint32("target incarnation")
            ranks = try RankSet(from: &reader)
        }
    }

    package private(set) var groups: [Group]

    package init(_ groups: [Group]) {
        self.groups = groups
    }

    package func write(to writer: inout WireWriter) {
        writer.list(groups)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        groups = try reader.list(Group.self, "targets")
    }

    /// All ranks, of whatever incarnation.
    package var ranks: RankSet {
        groups.count == 1 ? groups[0].ranks : groups.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
    }

    /// The incarnation that is meant at `rank`, or nil when the rank is no target.
    package func incarnation(of rank: Rank) -> UInt32? {
        groups.first { $0.ranks.contains(rank) }?.incarnation
    }
}
