/// A numeric address and port. Agents are static executables and never resolve names.
package struct NetworkAddress: WireValue, CustomStringConvertible {
    /// 4 bytes for IPv4, 16 for IPv6, in network order.
    package let bytes: [UInt8]
    package let port: UInt16

    package init?(bytes: [UInt8], port: UInt16) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
        self.port = port
    }

    /// 127.0.0.1, where agents of one machine meet.
    package static func loopback(port: UInt16) -> NetworkAddress {
        NetworkAddress(checked: [127, 0, 0, 1], port: port)
    }

    private init(checked bytes: [UInt8], port: UInt16) {
        self.bytes = bytes
        self.port = port
    }

    package func write(to writer: inout WireWriter) {
        writer.fixed(UInt8(bytes.count))
        writer.raw(bytes)
        writer.fixed(port)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        let count = try reader.fixed(UInt8.self, "address")
        guard count == 4 || count == 16 else { throw WireError(.malformed, "address") }
        bytes = try reader.raw(Int(count), "address")
        port = try reader.fixed(UInt16.self, "port")
    }

    /// The address as the kernel's text functions take it: dotted, or eight groups of hexadecimal.
    package var host: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    package var description: String {
        bytes.count == 4 ? "\(host):\(port)" : "[\(host)]:\(port)"
    }
}
