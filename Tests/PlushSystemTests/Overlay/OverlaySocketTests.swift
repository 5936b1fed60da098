import Foundation
import Testing

extension SystemTests {
    /// What strange clients do to the socket of an overlay: they are refused, and nobody else notices.
    @Suite struct OverlaySocketTests {
        /// A bare connection; -1 where there is none.
        private func connect(_ path: String) throws -> Int32 {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(status == 0)
            var patience = timeval(tv_sec: 30, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            return descriptor
        }

        private func send(_ bytes: [UInt8], to descriptor: Int32) {
            _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        private func frame(_ type: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
            let length = UInt32(payload.count + 1)
            return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + [type] + payload
        }

        private let hello: [UInt8] = [0, 1, 1, 0x78]

        /// Everything up to the end of the connection.
        private func rest(_ descriptor: Int32) -> [UInt8] {
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &block, block.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count == 0 ? bytes : [] }
                bytes += block[..<count]
            }
        }

        @Test func whatMakesNoSenseEndsItsConnectionAlone() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(4)
            let path = overlays.state + "/lab/socket"
            let running = try overlays.plush("exec", "-b", "--", "sleep 2.1; echo whole")
            #expect(await overlays.place.waits(for: 4, ["sleep", "2.1"]))
            let failure: UInt8 = 129
            let cases: [[UInt8]] = [
                Array("GET / HTTP/1.1\r\n\r\n".utf8), frame(7), frame(1, [0, 2]), frame(1, hello) + frame(99),
                frame(1, hello) + frame(2, [0xff, 0xff]), frame(1, hello) + [0xff, 0xff, 0xff, 0xff, 7],
                frame(1, hello) + frame(3, [0]) + frame(99), frame(1, hello) + [0, 0, 0, 0],
                frame(1, hello) + frame(8, [1]) + frame(7),
            ]
            for bytes in cases {
                let descriptor = try connect(path)
                send(bytes, to: descriptor)
                let answer = rest(descriptor)
                close(descriptor)
                // The last frame says why, and that it is the last.
                #expect(answer.last == 1, "\(bytes)")
                #expect(answer.contains(failure), "\(bytes)")
            }
            let end = try await running.end()
            #expect(end.lines == ["local[0-3]: whole"])
            try await overlays.down()
        }

        @Test func whoSaysNothingIsLetGoAndHundredsHarmNobody() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3)
            let path = overlays.state + "/lab/socket"
            let silent = try (0..<200).map { _ in try connect(path) }
            #expect(try await overlays.plush("exec", "--", "true").end().code == 0)
            #expect(!rest(silent[0]).isEmpty)
            #expect(!rest(silent[199]).isEmpty)
            for descriptor in silent { close(descriptor) }
            // Half a request, and gone.
            for _ in 0..<20 {
                let descriptor = try connect(path)
                send(frame(1, hello) + [0, 0, 1, 0, 2, 1], to: descriptor)
                close(descriptor)
            }
            #expect(try await overlays.plush("exec", "--", "true").end().code == 0)
            #expect(try await overlays.plush("jobs", "--json").end().events().count == 2)
            try await overlays.down()
        }
    }
}
