import Foundation
import Testing

extension SystemTests {
    /// Much output: all of it, in order, within bounds.
    @Suite struct OutputTests {
        /// 1 MB of lines that no other rank prints.
        private static let lines = 1_000
        private static let distinct =
            "awk -v r=$PLUSH_RANK 'BEGIN { for (i = 0; i < \(lines); i++) printf(\"%03d %01000d padding\\n\", r, i) }'"

        private static func expected(_ rank: Int) -> [String] {
            (0..<lines).map { "\(pad(rank, 3)) \(pad($0, 1_000)) padding" }
        }

        private static func pad(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: width - text.count) + text
        }

        @Test func aMegabyteOfEachOfTwentyRanksArrivesWholeWhenStreamed() async throws {
            let place = try Place()
            let end = try await place.plush("exec", "--local", "20", "--fanout", "3", "-L", "--", Self.distinct).end()
            #expect(end.code == 0)
            let byHost = Dictionary(grouping: end.lines) { $0.prefix { $0 != ":" } }
            #expect(byHost.count == 20)
            for rank in 0..<20 {
                let lines = byHost["local\(rank)"]?.map { String($0.dropFirst("local\(rank): ".count)) }
                // Not a comparison in #expect, which would print a megabyte.
                let isWhole = lines == Self.expected(rank)
                #expect(isWhole, "rank \(rank)")
            }
            await place.expectNothingLeft()
        }

        @Test func aMegabyteOfEachOfTwentyRanksArrivesWholeWhenFolded() async throws {
            let place = try Place()
            let command = "PLUSH_RANK=$((PLUSH_RANK % 2)); " + Self.distinct
            let end = try await place.plush("exec", "--local", "20", "--fanout", "3", "-b", "--", command).end()
            #expect(end.code == 0)
            let isWhole =
                end.lines == ["local[0,2,4,6,8,10,12,14,16,18]:"] + Self.expected(0)
                + ["local[1,3,5,7,9,11,13,15,17,19]:"] + Self.expected(1)
            #expect(isWhole, "\(end.lines.count) lines")
            await place.expectNothingLeft()
        }

        @Test func binaryOutputArrivesWhole() async throws {
            let place = try Place()
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255) }
            // No newline: a segment is cut where it is full.
            bytes.removeAll { $0 == UInt8(ascii: "\n") }
            let file = try place.write(bytes, to: "random")
            let end = try await place.plush("exec", "--local", "1", "--", "cat", file).end()
            let isWhole = end.output == bytes
            #expect(isWhole, "\(end.output.count) of \(bytes.count) bytes")
            let json = try await place.plush("exec", "--local", "1", "--json", "--", "cat", file).end()
            let pieces = try json.events().filter { $0.event == "output" }.flatMap { piece in
                Array(Data(base64Encoded: piece.text("base64")) ?? Data(piece.text("text").utf8))
            }
            let isWholeInJSON = pieces == bytes
            #expect(isWholeInJSON, "\(pieces.count) of \(bytes.count) bytes")
            await place.expectNothingLeft()
        }

        /// What an agent may hold at its peak, with eight commands printing far more than that and nobody reading:
        /// the declared windows (`ProtocolLimits`) are some hundreds of kilobytes per link and half a megabyte of own output, the
        /// rest is the program.
        private static let agentBytesMax = 32 << 20
        /// The same for `plush`, which carries Foundation and is 50 MB of code where it is built for debugging.
        private static let controllerBytesMax = 64 << 20
        private static let bytesEach = 4_000_000

        private func expectBounds(_ place: Place, _ program: Program) throws {
            for agent in place.processes where agent.isAgent {
                let peak = ProcessTable.peakResidentBytes(agent.process) ?? 0
                #expect(peak < Self.agentBytesMax, "\(agent.host): \(peak)")
            }
            let controller = try #require(ProcessTable.peakResidentBytes(program.process))
            #expect(controller < Self.controllerBytesMax)
        }

        @Test func aReaderThatStopsStopsTheCommandsAndLosesNothing() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "8", "--fanout", "2", "--", "head", "-c", "\(Self.bytesEach)", "/dev/urandom",
                readsOutput: false)
            let isStill = await halted(place)
            #expect(isStill, "the commands went on although nobody read")
            #expect(written(place).values.reduce(0, +) < UInt64(4 * Self.bytesEach))
            try expectBounds(place, program)
            program.drain()
            let end = try await program.end()
            #expect(end.code == 0)
            // Between the hosts' pieces there is nothing but a newline at each end.
            #expect((0...8).contains(end.output.count - 8 * Self.bytesEach))
            await place.expectNothingLeft()
        }

        /// Waits until the commands have come to a halt because all windows are full, or to their end.
        private func halted(_ place: Place) async -> Bool {
            var last: [pid_t: UInt64] = [:]
            var lastChange = ContinuousClock.now
            var isBegun = false
            return await eventually {
                let now = written(place)
                isBegun = isBegun || !now.isEmpty
                if now != last || !isBegun { lastChange = .now }
                last = now
                return ContinuousClock.now - lastChange > .seconds(1)
            }
        }

        /// Bytes that each of the commands has written.
        private func written(_ place: Place) -> [pid_t: UInt64] {
            var bytes: [pid_t: UInt64] = [:]
            for entry in place.processes where entry.words.first == "head" {
                let text = (try? String(contentsOfFile: "/proc/\(entry.process)/io", encoding: .utf8)) ?? ""
                let line = text.split(separator: "\n").first { $0.hasPrefix("wchar:") }
                bytes[entry.process] = line?.split(separator: " ").last.flatMap { UInt64($0) }
            }
            return bytes
        }

        /// Credit counts what goes over the wire, and this is next to nothing there: it must not be held unpacked.
        @Test func outputThatCompressesWellIsNotHeldUnpacked() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "8", "--fanout", "2", "--", "yes | head -c 20000000", readsOutput: false)
            #expect(await halted(place))
            try expectBounds(place, program)
            program.drain()
            let end = try await program.end()
            #expect(end.code == 0)
            #expect(end.output.count == 8 * 20_000_000)
            await place.expectNothingLeft()
        }

        @Test func aReaderThatGoesAwayIsNoDisaster() async throws {
            let place = try Place()
            let end = try await place.start([
                "/bin/sh", "-c", "'\(Binaries.plush())' exec --local 4 -- 'yes | head -c 3000000' | head -n 1",
            ]).end()
            #expect(end.text == "y\n")
            await place.expectNothingLeft()
        }
    }
}
