import NIOCore
import PlushWire
import Testing

/// Bytes of an enemy are refused with a ``WireError``. A trap ends the whole test run, so to finish is to pass.
@Suite struct HostileBytesTests {
    @Test(arguments: goldenMessages)
    func everyTruncationOfAMessageIsRefused(golden: Golden<Message>) {
        let payload = golden.bytes.dropFirst(5)
        for length in 0..<payload.count {
            #expect(throws: WireError.self, "\(length) bytes") {
                try decodeMessage(type: golden.bytes[4], payload: Array(payload.prefix(length)))
            }
        }
    }

    @Test(arguments: goldenLaunchMessages)
    func everyTruncationOfALaunchMessageIsRefused(golden: Golden<LaunchMessage>) {
        let payload = golden.bytes.dropFirst(5)
        for length in 0..<payload.count {
            #expect(throws: WireError.self, "\(length) bytes") {
                try decodeLaunchMessage(type: golden.bytes[4], payload: Array(payload.prefix(length)))
            }
        }
    }

    @Test(arguments: goldenRecords)
    func everyTruncationOfARecordIsRefused(golden: Golden<LogRecord>) {
        for length in 0..<golden.bytes.count {
            #expect(throws: WireError.self, "\(length) bytes") {
                try decode(LogRecord.self, Array(golden.bytes.prefix(length)))
            }
        }
    }

    @Test func trailingBytesAreRefused() {
        for golden in goldenMessages {
            let payload = Array(golden.bytes.dropFirst(5)) + [0]
            let code = refusal { () throws(WireError) in try decodeMessage(type: golden.bytes[4], payload: payload) }
            #expect(code == .trailingBytes, "\(golden.name)")
        }
        for golden in goldenLaunchMessages {
            let payload = Array(golden.bytes.dropFirst(5)) + [0]
            let code = refusal { () throws(WireError) in
                try decodeLaunchMessage(type: golden.bytes[4], payload: payload)
            }
            #expect(code == .trailingBytes, "\(golden.name)")
        }
    }

    /// All 255 other values of every byte. What is accepted must be a value that can be sent on and read again, which
    /// is tried where one bit has changed.
    @Test(arguments: goldenMessages)
    func everyChangedByteOfAMessageIsReadOrRefused(golden: Golden<Message>) throws {
        try forEachMutation(of: golden.bytes) { type, payload, isOneBit in
            guard let message = try? decodeMessage(type: type, payload: payload), isOneBit else { return }
            let again = frame(message)
            let read = try decodeMessage(type: again[4], payload: Array(again.dropFirst(5)))
            if read != message { Issue.record("\(message) was read as \(read)") }
        }
    }

    @Test(arguments: goldenLaunchMessages)
    func everyChangedByteOfALaunchMessageIsReadOrRefused(golden: Golden<LaunchMessage>) throws {
        try forEachMutation(of: golden.bytes) { type, payload, isOneBit in
            guard let message = try? decodeLaunchMessage(type: type, payload: payload), isOneBit else { return }
            let again = frame(message)
            let read = try decodeLaunchMessage(type: again[4], payload: Array(again.dropFirst(5)))
            if read != message { Issue.record("\(message) was read as \(read)") }
        }
    }

    @Test(arguments: goldenRecords)
    func everyChangedByteOfARecordIsReadOrRefused(golden: Golden<LogRecord>) throws {
        var bytes = golden.bytes
        for index in bytes.indices {
            let original = bytes[index]
            for value in UInt8.min...UInt8.max where value != original {
                bytes[index] = value
                guard let record = try? decode(LogRecord.self, bytes) else { continue }
                let read = try decode(LogRecord.self, encode(record))
                if read != record { Issue.record("\(record) was read as \(read)") }
            }
            bytes[index] = original
        }
    }

    private func forEachMutation(of frame: [UInt8], _ body: (UInt8, [UInt8], Bool) throws -> Void) rethrows {
        var bytes = Array(frame.dropFirst(4))
        for index in bytes.indices {
            let original = bytes[index]
            for value in UInt8.min...UInt8.max where value != original {
                bytes[index] = value
                try body(bytes[0], Array(bytes.dropFirst()), (value ^ original).nonzeroBitCount == 1)
            }
            bytes[index] = original
        }
    }

    /// Garbage of every type; small bytes are frequent, so that counts are often small enough to go on from.
    @Test(arguments: UInt64(1)...20)
    func garbageIsReadOrRefused(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for type in UInt8.min...UInt8.max {
            for _ in 0..<10 {
                let payload = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                    Bool.random(using: &random)
                        ? UInt8.random(in: 0...7, using: &random) : UInt8.random(in: 0...255, using: &random)
                }
                let code = refusal { () throws(WireError) in try decodeMessage(type: type, payload: payload) }
                if !(1...18).contains(type), !(0x40...0x43).contains(type) {
                    #expect(code == .unknownType, "seed \(seed), type \(type)")
                }
                let launchCode = refusal { () throws(WireError) in
                    try decodeLaunchMessage(type: type, payload: payload)
                }
                if !(128...131).contains(type) { #expect(launchCode == .unknownType, "seed \(seed), type \(type)") }
                _ = refusal { () throws(WireError) in try decode(LogRecord.self, payload) }
            }
        }
    }
}
