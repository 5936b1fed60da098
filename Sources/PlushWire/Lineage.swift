import PlushTree

/// Who is above a node, and who else may take it in: what it needs on the day on which its parent is gone (rule 7).
package struct Lineage: WireValue {
    /// From the root to the sender, both included; empty while the sender is looking for a parent itself.
    package let path: [Rank]
    /// Whom to try, in this order: ancestors from the nearest to the root, then nodes beside them.
    package let contacts: [Contact]

    package init(path: [Rank], contacts: [Contact]) {
        self.path = path
        self.contacts = contacts
    }

    package func write(to writer: inout WireWriter) {
        writer.list(path)
        writer.list(contacts)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        path = try reader.list(Rank.self, max: WireLimits.depthMax, "path")
        contacts = try reader.list(Contact.self, max: WireLimits.contactsMax, "contacts")
    }
}
