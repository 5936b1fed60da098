import NIOCore
import PlushSeal
import Testing

/// One direction of a link: what is sealed and who opens it.
private struct Direction {
    let sealer: RecordSealer
    let opener: RecordOpener

    init(recordsPerKey: UInt64 = SealLimits.recordsPerKey) throws {
        var pair = try LinkPair()
        pair.recordsPerKey = recordsPerKey
        let (initiator, responder) = try pair.established()
        sealer = initiator.sealer
        opener = responder.opener
    }

    func seal(_ text: String) -> ByteBuffer {
        var wire = ByteBuffer()
        sealer.seal(ByteBuffer(string: text), into: &wire)
        return wire
    }

    func open(_ wire: ByteBuffer) throws(SealError) -> String? {
        var wire = wire, plaintext = ByteBuffer()
        return try opener.open(&wire, into: &plaintext) ? String(buffer: plaintext) : nil
    }

    func refusal(_ wire: ByteBuffer) -> SealError.Code? {
        code { () throws(SealError) in _ = try open(wire) }
    }
}

@Test func recordsOpenInTheirOrder() throws {
    let direction = try Direction()
    let records = ["a", "bb", "ccc"].map(direction.seal)
    #expect(records.map(\.readableBytes) == [19, 20, 21])
    #expect(records[1].getInteger(at: 0, as: UInt16.self) == 18)
    #expect(try records.map(direction.open) == ["a", "bb", "ccc"])
}

@Test func recordsThatArriveByteByByteAreTheSame() throws {
    let direction = try Direction()
    var wire = direction.seal("hello"), arrived = ByteBuffer(), plaintext = ByteBuffer()
    wire.writeImmutableBuffer(direction.seal("again"))
    var openedAfter: [Int] = [], count = 0
    while let byte = wire.readInteger(as: UInt8.self) {
        arrived.writeInteger(byte)
        count += 1
        if try direction.opener.open(&arrived, into: &plaintext) { openedAfter.append(count) }
    }
    #expect(openedAfter == [23, 46])
    #expect(plaintext == ByteBuffer(string: "helloagain"))
    #expect(try !direction.opener.open(&arrived, into: &plaintext))
}

@Test(arguments: [65_518, 65_519, 65_520, 200_000])
func aLongPlaintextIsCutIntoRecords(count: Int) throws {
    let direction = try Direction()
    let plaintext = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    var wire = ByteBuffer(), opened = ByteBuffer(), records = 0
    direction.sealer.seal(plaintext, into: &wire)
    while try direction.opener.open(&wire, into: &opened) { records += 1 }
    #expect(records == (count + 65_518) / 65_519)
    #expect(opened == plaintext)
    #expect(wire.readableBytes == 0)
}

@Test func nothingToSealIsNoRecord() throws {
    let direction = try Direction()
    #expect(direction.seal("").readableBytes == 0)
    #expect(try direction.open(direction.seal("next")) == "next")
}

@Test func aFlippedBitAnywhereInARecordPoisonsTheOpener() throws {
    for index in 0..<(2 + 5 + 16) {
        let direction = try Direction()
        let genuine = direction.seal("hello")
        var altered = genuine
        altered.setInteger(genuine.getInteger(at: index, as: UInt8.self)! ^ 0x02, at: index)
        altered.writeRepeatingByte(0, count: SealLimits.recordCiphertextBytesMax)
        var plaintext = ByteBuffer(string: "kept")
        let found = code { () throws(SealError) in _ = try direction.opener.open(&altered, into: &plaintext) }
        #expect(found == .recordForged, "byte \(index)")
        #expect(plaintext == ByteBuffer(string: "kept"))
        #expect(direction.refusal(genuine) == .openerPoisoned, "even the genuine record, byte \(index)")
    }
}

@Test(arguments: [UInt16(0), 1, 15, 16])
func aRecordTooShortToHoldAnythingIsRefusedAtItsLength(length: UInt16) throws {
    let direction = try Direction()
    var wire = ByteBuffer()
    wire.writeInteger(length)
    #expect(direction.refusal(wire) == .badLength)
    #expect(direction.refusal(direction.seal("next")) == .openerPoisoned)
}

@Test func replayedReorderedAndLostRecordsAreRefused() throws {
    let replayed = try Direction()
    let once = replayed.seal("once")
    #expect(try replayed.open(once) == "once")
    #expect(replayed.refusal(once) == .recordForged)

    let reordered = try Direction()
    _ = reordered.seal("first")
    #expect(reordered.refusal(reordered.seal("second")) == .recordForged)

    let (initiator, responder) = try LinkPair().established()
    var mirrored = ByteBuffer(), plaintext = ByteBuffer()
    initiator.sealer.seal(ByteBuffer(string: "mirrored"), into: &mirrored)
    let found = code { () throws(SealError) in _ = try initiator.opener.open(&mirrored, into: &plaintext) }
    #expect(found == .recordForged)
    _ = responder
}

@Test(arguments: [UInt64(1), 2, 3])
func bothSidesChangeTheKeyAfterTheSameRecord(recordsPerKey: UInt64) throws {
    let direction = try Direction(recordsPerKey: recordsPerKey)
    for number in 0..<10 {
        #expect(try direction.open(direction.seal("record \(number)")) == "record \(number)")
    }
}

@Test func theKeyDoesChangeAtTheBoundary() throws {
    // The same keys and counters, one side that never changes its key: equal up to the boundary, not after it.
    let changing = try Direction(recordsPerKey: 2), constant = try Direction()
    let ours = (0..<4).map { changing.seal("record \($0)") }
    let theirs = (0..<4).map { constant.seal("record \($0)") }
    #expect(ours[..<2] == theirs[..<2])
    #expect(ours[2] != theirs[2] && ours[3] != theirs[3])
    #expect(try changing.open(theirs[0]) == "record 0")
    #expect(try changing.open(theirs[1]) == "record 1")
    #expect(changing.refusal(theirs[2]) == .recordForged)
}

@Test func aRecordThatIsCutByTheBoundaryOpensWhole() throws {
    let direction = try Direction(recordsPerKey: 1)
    let plaintext = ByteBuffer(repeating: 9, count: 150_000)
    var wire = ByteBuffer(), opened = ByteBuffer()
    direction.sealer.seal(plaintext, into: &wire)
    while try direction.opener.open(&wire, into: &opened) {}
    #expect(opened == plaintext)
}
