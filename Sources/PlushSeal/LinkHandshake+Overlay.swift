import NIOCore

extension LinkHandshake {
    /// What every node of an overlay knows before its first link: the overlay's id and bootstrap key.
    package struct Overlay: Sendable {
        /// The bytes that begin a link: magic, version, id.
        package let preface: [UInt8]

        let gate: Gate
        private let version: UInt16
        private let id: [UInt8]

        /// An overlay by its 16-byte id and 32-byte bootstrap key; `version` is an argument for tests. Throws
        /// ``SealError/Code/badKeyLength`` for other lengths.
        package init(
            id: [UInt8],
            bootstrapKey: [UInt8],
            version: UInt16 = LinkHandshake.version,
        ) throws(SealError) {
            guard id.count == overlayIdBytes else {
                throw SealError(.badKeyLength, "an overlay id has 16 bytes", context: ["bytes": id.count])
            }
            gate = try Gate(bootstrapKey: bootstrapKey)
            preface = magic + [UInt8(version >> 8), UInt8(version & 0xff)] + id
            self.version = version
            self.id = id
        }

        /// Takes the preface from `input` once it is whole. Each part is judged as soon as its bytes are there; the
        /// version before the overlay, because another version may lay out the rest differently.
        func readPreface(_ input: inout ByteBuffer) throws(SealError) -> Bool {
            let start = input.readableBytesView.prefix(magic.count)
            guard start.elementsEqual(magic.prefix(start.count)) else {
                throw SealError(.wrongMagic, "the peer does not speak the link protocol")
            }
            let versionIndex = input.readerIndex + magic.count
            guard let offered = input.getInteger(at: versionIndex, as: UInt16.self) else { return false }
            guard offered == version else {
                throw SealError(
                    .wrongVersion,
                    "the peer speaks another version of the link protocol",
                    context: ["offered": Int(offered), "ours": Int(version)],
                )
            }
            guard input.readableBytes >= prefaceBytes else { return false }
            guard input.readableBytesView.prefix(prefaceBytes).suffix(overlayIdBytes).elementsEqual(id) else {
                throw SealError(.wrongOverlay, "the peer belongs to another overlay")
            }
            input.moveReaderIndex(forwardBy: prefaceBytes)
            return true
        }
    }
}
