import NIOCore
import PlushTree

/// All that an agent needs in order to join.
package struct Bootstrap: WireValue {
    package let overlayKey: PublicKey
    /// The key of the gate before the handshake (rule 13); known to members only.
    package let gateKey: [UInt8]
    package let credential: EpochCredential
    package let certificate: Certificate
    package let hostName: String
    /// Hosts of the overlay when this one was launched, for the environment of its commands.
    package let hostCount: UInt32
    package let overlayMilliseconds: UInt64
    package let leaseMilliseconds: UInt64
    package let heartbeatMilliseconds: UInt32
    /// Children that this agent takes at launch; an adopter takes up to twice as many later (rule 7).
    package let fanout: UInt32
    /// Where to attach; no address means over this very channel.
    package let parent: Parent
    /// The root's X25519 key: what a node says of its place is tagged for the root with it.
    package let rootKey: PublicKey
    /// Where others reach this agent; nil where it does not listen.
    package let address: NetworkAddress?
    /// Where to go when the parent cannot be reached, in this order.
    package let contacts: [Contact]

    /// The node to attach to.
    package struct Parent: WireValue {
        package let rank: Rank
        package let key: PublicKey
        package let address: NetworkAddress?

        package init(rank: Rank, key: PublicKey, address: NetworkAddress?) {
            self.rank = rank
            self.key = key
            self.address = address
        }

        package func write(to writer: inout WireWriter) {
            rank.write(to: &writer)
            key.write(to: &writer)
            writer.flag(address != nil)
            address?.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            rank = try Rank(from: &reader)
            key = try PublicKey(from: &reader)
            address = try reader.flag("parent address") ? try NetworkAddress(from: &reader) : nil
        }
    }

    package init(
        overlayKey: PublicKey, gateKey: [UInt8], credential: EpochCredential, certificate: Certificate,
        hostName: String, hostCount: UInt32, overlayMilliseconds: UInt64, leaseMilliseconds: UInt64,
        heartbeatMilliseconds: UInt32, fanout: UInt32, parent: Parent, rootKey: PublicKey,
        address: NetworkAddress? = nil, contacts: [Contact] = []
    ) {
        self.overlayKey = overlayKey
        self.gateKey = gateKey
        self.credential = credential
        self.certificate = certificate
        self.hostName = hostName
        self.hostCount = hostCount
        self.overlayMilliseconds = overlayMilliseconds
        self.leaseMilliseconds = leaseMilliseconds
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.fanout = fanout
        self.parent = parent
        self.rootKey = rootKey
        self.address = address
        self.contacts = contacts
    }

    package func write(to writer: inout WireWriter) {
        overlayKey.write(to: &writer)
        writer.raw(gateKey)
        credential.write(to: &writer)
        certificate.write(to: &writer)
        writer.text(hostName)
        writer.varint(hostCount)
        writer.varint(overlayMilliseconds)
        writer.varint(leaseMilliseconds)
        writer.varint(heartbeatMilliseconds)
        writer.varint(fanout)
        parent.write(to: &writer)
        rootKey.write(to: &writer)
        writer.flag(address != nil)
        address?.write(to: &writer)
        writer.list(contacts)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        overlayKey = try PublicKey(from: &reader)
        gateKey = try reader.raw(32, "gate key")
        credential = try EpochCredential(from: &reader)
        certificate = try Certificate(from: &reader)
        hostName = try reader.text("host name")
        hostCount = try reader.varint32("host count")
        overlayMilliseconds = try reader.varint("overlay time")
        leaseMilliseconds = try reader.varint("lease")
        heartbeatMilliseconds = try reader.varint32("heartbeat interval")
        fanout = try reader.varint32("fan-out")
        parent = try Parent(from: &reader)
        rootKey = try PublicKey(from: &reader)
        address = try reader.flag("own address") ? try NetworkAddress(from: &reader) : nil
        contacts = try reader.list(Contact.self, max: WireLimits.contactsMax, "contacts")
    }
}
