import PlushTree
import PlushWire

/// Who belongs to the overlay (rules 13 to 15), as one node knows it: the epoch's credential, the roster's evictions
/// and the overlay's time.
package struct Membership: Sendable {
    package let credential: EpochCredential
    private let tools: ContentTools
    private var evictions: [RosterChange.Eviction] = []
    package private(set) var rosterVersion: UInt32 = 0
    /// Overlay time minus own clock, in milliseconds: agents never read a wall clock (P1).
    private var overlayOffsetMilliseconds: Int64

    /// Takes a credential that has been verified with ``isGenuine(_:under:tools:)``.
    package init(credential: EpochCredential, overlayMilliseconds: UInt64, at now: Instant, tools: ContentTools) {
        self.credential = credential
        self.tools = tools
        overlayOffsetMilliseconds = Int64(clamping: overlayMilliseconds) - Int64(clamping: now.milliseconds)
    }

    package static func isGenuine(
        _ credential: EpochCredential, under overlayKey: PublicKey, tools: ContentTools
    ) -> Bool {
        tools.isValid(credential.signature, credential.signedBytes(), overlayKey)
    }

    package var overlay: OverlayID {
        credential.overlay
    }

    package func overlayMilliseconds(at now: Instant) -> UInt64 {
        let sum = Int64(clamping: now.milliseconds) + overlayOffsetMilliseconds
        return UInt64(max(0, sum))
    }

    /// Why a certificate shown in a handshake does not admit its holder; nil when it does. `key` is the static key
    /// with which the holder did the handshake.
    package func refusal(of certificate: Certificate, key: PublicKey, at now: Instant) -> String? {
        guard certificate.overlay == overlay else { return "certificate of another overlay" }
        guard certificate.epoch == credential.epoch else { return "certificate of epoch \(certificate.epoch)" }
        guard certificate.key == key else { return "certificate of another key" }
        guard tools.isValid(certificate.signature, certificate.signedBytes(), credential.signer) else {
            return "certificate with a bad signature"
        }
        guard certificate.expiryMilliseconds > overlayMilliseconds(at: now) else { return "expired certificate" }
        let isEvicted = evictions.contains {
            $0.ranks.contains(certificate.rank) && certificate.incarnation < $0.incarnationFloor
        }
        return isEvicted ? "evicted rank \(certificate.rank)" : nil
    }

    package mutating func apply(_ change: RosterChange) {
        guard change.version > rosterVersion else { return }
        rosterVersion = change.version
        evictions.append(contentsOf: change.evictions)
    }

    /// Why a beacon is not believed; nil when it is.
    package func refusal(of beacon: Beacon) -> String? {
        guard beacon.epoch == credential.epoch else { return "beacon of epoch \(beacon.epoch)" }
        guard tools.isValid(beacon.signature, beacon.signedBytes(overlay: overlay), credential.signer) else {
            return "beacon with a bad signature"
        }
        return nil
    }

    /// Why a batch of the log is not believed; nil when it is.
    package func refusal(of batch: SignedBatch) -> String? {
        guard batch.epoch == credential.epoch else { return "records of epoch \(batch.epoch)" }
        guard tools.isValid(batch.signature, batch.signedBytes(overlay: overlay), credential.signer) else {
            return "records with a bad signature"
        }
        return nil
    }
}
