import PlushWire

/// Whoever owns a node's links: judges peers, takes messages, hears of ends. All on the links' event loop.
package protocol LinkOwner: AnyObject {
    /// Why a peer that showed this certificate, and did the handshake with this key, is not let in; nil when it is.
    func refusal(of certificate: Certificate, key: PublicKey, on link: LinkHandler) -> String?
    /// The link may be used. For a responder that is after the first record of the peer.
    func opened(_ link: LinkHandler, _ certificate: Certificate)
    func received(_ message: Message, on link: LinkHandler)
    /// All that could be read for now has been delivered.
    func readEnded()
    /// The link is gone. `wasOpen`: whether `opened` was called before.
    func closed(_ link: LinkHandler, reason: String, wasOpen: Bool)
}
