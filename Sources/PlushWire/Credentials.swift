import NIOCore
import PlushTree

/// Where and under which key a node can be reached.
package struct Contact: WireValue {
    package let rank: Rank
    package let key: PublicKey
    package let address: NetworkAddress

    package init(rank: Rank, key: PublicKey, address: NetworkAddress) {
        self.rank = rank
        self.key = key
        self.address = address
    }

    package func write(to writer: inout WireWriter) {
        rank.write(to: &writer)
        key.write(to: &writer)
        address.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        rank = try Rank(from: &reader)
        key = try PublicKey(from: &reader)
        address = try NetworkAddress(from: &reader)
    }
}

/// The overlay key's word that `signer` speaks for the root in `epoch` (rule 15). Agents obey the highest epoch only.
package struct EpochCredential: WireValue {
    package let overlay: OverlayID
    package let epoch: UInt32
    package let signer: PublicKey
    package let root: Rank
    package let contacts: [Contact]
    /// Digest of the log when the epoch began.
    package let logDigest: Digest
    package var signature: Signature

    package init(
        overlay: OverlayID, epoch: UInt32, signer: PublicKey, root: Rank, contacts: [Contact], logDigest: Digest,
        signature: Signature
    ) {
        self.overlay = overlay
        self.epoch = epoch
        self.signer = signer
        self.root = root
        self.contacts = contacts
        self.logDigest = logDigest
        self.signature = signature
    }

    package func signedBytes() -> ByteBuffer {
        var writer = WireWriter()
        writer.text("plush epoch 1")
        writeFields(to: &writer)
        return writer.buffer
    }

    private func writeFields(to writer: inout WireWriter) {
        overlay.write(to: &writer)
        writer.varint(epoch)
        signer.write(to: &writer)
        root.write(to: &writer)
        writer.list(contacts)
        logDigest.write(to: &writer)
    }

    package func write(to writer: inout WireWriter) {
        writeFields(to: &writer)
        signature.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        overlay = try OverlayID(from: &reader)
        epoch = try reader.varint32("credential epoch")
        signer = try PublicKey(from: &reader)
        root = try Rank(from: &reader)
        contacts = try reader.list(Contact.self, "contacts")
        logDigest = try Digest(from: &reader)
        signature = try Signature(from: &reader)
    }
}

/// Membership of an overlay, signed by the epoch's signer and shown in the Noise handshake (rule 14).
package struct Certificate: WireValue {
    /// What its holder may do.
    package struct Capabilities: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let relay = Capabilities(rawValue: 1)
        package static let deploy = Capabilities(rawValue: 2)
        package static let backup = Capabilities(rawValue: 4)
        /// Holds the root's place in this epoch.
        package static let root = Capabilities(rawValue: 8)
    }

    package let overlay: OverlayID
    package let epoch: UInt32
    package let rank: Rank
    package let incarnation: UInt32
    /// The X25519 key with which the holder takes part in handshakes.
    package let key: PublicKey
    package let capabilities: Capabilities
    package let rosterVersion: UInt32
    /// In overlay time. An expiring certificate does not drop a live link.
    package let expiryMilliseconds: UInt64
    package var signature: Signature

    package init(
        overlay: OverlayID, epoch: UInt32, rank: Rank, incarnation: UInt32, key: PublicKey, capabilities: Capabilities,
        rosterVersion: UInt32, expiryMilliseconds: UInt64, signature: Signature
    ) {
        self.overlay = overlay
        self.epoch = epoch
        self.rank = rank
        self.incarnation = incarnation
        self.key = key
        self.capabilities = capabilities
        self.rosterVersion = rosterVersion
        self.expiryMilliseconds = expiryMilliseconds
        self.signature = signature
    }

    package func signedBytes() -> ByteBuffer {
        var writer = WireWriter()
        writer.text("plush certificate 1")
        writeFields(to: &writer)
        return writer.buffer
    }

    private func writeFields(to writer: inout WireWriter) {
        overlay.write(to: &writer)
        writer.varint(epoch)
        rank.write(to: &writer)
        writer.varint(incarnation)
        key.write(to: &writer)
        writer.fixed(capabilities.rawValue)
        writer.varint(rosterVersion)
        writer.varint(expiryMilliseconds)
    }

    package func write(to writer: inout WireWriter) {
        writeFields(to: &writer)
        signature.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        overlay = try OverlayID(from: &reader)
        epoch = try reader.varint32("certificate epoch")
        rank = try Rank(from: &reader)
        incarnation = try reader.varint32("certificate incarnation")
        key = try PublicKey(from: &reader)
        capabilities = Capabilities(rawValue: try reader.fixed(UInt8.self, "capabilities"))
        rosterVersion = try reader.varint32("roster version")
        expiryMilliseconds = try reader.varint("certificate expiry")
        signature = try Signature(from: &reader)
    }
}

/// The root's signed sign of life (P1): link heartbeats alone prove nothing about the root.
package struct Beacon: WireValue {
    package let epoch: UInt32
    package let sequence: UInt64
    package let overlayMilliseconds: UInt64
    package let logIndex: UInt64
    package let rosterVersion: UInt32
    package var signature: Signature

    package init(
        epoch: UInt32, sequence: UInt64, overlayMilliseconds: UInt64, logIndex: UInt64, rosterVersion: UInt32,
        signature: Signature
    ) {
        self.epoch = epoch
        self.sequence = sequence
        self.overlayMilliseconds = overlayMilliseconds
        self.logIndex = logIndex
        self.rosterVersion = rosterVersion
        self.signature = signature
    }

    package func signedBytes(overlay: OverlayID) -> ByteBuffer {
        var writer = WireWriter()
        writer.text("plush beacon 1")
        overlay.write(to: &writer)
        writeFields(to: &writer)
        return writer.buffer
    }

    private func writeFields(to writer: inout WireWriter) {
        writer.varint(epoch)
        writer.varint(sequence)
        writer.varint(overlayMilliseconds)
        writer.varint(logIndex)
        writer.varint(rosterVersion)
    }

    package func write(to writer: inout WireWriter) {
        writeFields(to: &writer)
        signature.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        epoch = try reader.varint32("beacon epoch")
        sequence = try reader.varint("beacon sequence")
        overlayMilliseconds = try reader.varint("beacon time")
        logIndex = try reader.varint("beacon log index")
        rosterVersion = try reader.varint32("beacon roster")
        signature = try Signature(from: &reader)
    }
}
