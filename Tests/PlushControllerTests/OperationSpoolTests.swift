import Foundation
import NIOCore
import Testing

@testable import PlushController

@Suite struct OperationSpoolTests {
    private static func place() -> String {
        NSTemporaryDirectory() + "/spool-" + UUID().uuidString
    }

    private func frame(_ number: Int, bytes: Int = 10) -> ByteBuffer {
        ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: bytes)
    }

    private func all(_ reader: SpoolReader, max: Int = 7) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try reader.next(max: max) { bytes += piece.readableBytesView }
        return bytes
    }

    @Test func readersSeeEverythingAtTheirOwnPace() throws {
        let spool = try OperationSpool(directory: Self.place(), partBytes: 25)
        let early = SpoolReader(spool)
        #expect(early.isAtEnd)
        #expect(try early.next(max: 5) == nil)
        for number in 1...3 { try spool.append(frame(number)) }
        #expect(!early.isAtEnd)
        #expect(try early.next(max: 4)?.readableBytes == 4)
        for number in 4...6 { try spool.append(frame(number)) }
        let expected = (1...6).flatMap { [UInt8](repeating: UInt8($0), count: 10) }
        #expect(try all(early) == Array(expected.dropFirst(4)))
        #expect(early.isAtEnd)
        #expect(try all(SpoolReader(spool), max: 1000) == expected)
        try spool.append(frame(7))
        #expect(!early.isAtEnd)
        #expect(try all(early) == [UInt8](repeating: 7, count: 10))
        #expect(spool.keptBytes == 70)
    }

    /// A part begins and ends with a frame, so a reader of what is left understands it.
    @Test func theOldestGoesInWholeFrames() throws {
        let spool = try OperationSpool(directory: Self.place(), partBytes: 25)
        let reader = SpoolReader(spool)
        for number in 1...6 { try spool.append(frame(number)) }
        #expect(try reader.next(max: 3)?.readableBytes == 3)
        #expect(spool.dropOldest())
        #expect(spool.droppedBytes == 20 && spool.keptBytes == 40)
        // What was begun is read to its end, because its file is open.
        #expect(try all(reader).count == 57)
        #expect(try all(SpoolReader(spool)) == (3...6).flatMap { [UInt8](repeating: UInt8($0), count: 10) })
        #expect(spool.dropOldest())
        #expect(!spool.dropOldest())
        #expect(try all(SpoolReader(spool)).count == 20)
    }

    @Test func aReaderThatIsOvertakenGoesOnWithWhatIsLeft() throws {
        let spool = try OperationSpool(directory: Self.place(), partBytes: 15)
        let reader = SpoolReader(spool)
        for number in 1...5 { try spool.append(frame(number)) }
        #expect(spool.dropOldest() && spool.dropOldest())
        #expect(try all(reader) == (3...5).flatMap { [UInt8](repeating: UInt8($0), count: 10) })
    }

    @Test func aFrameThatIsLargerThanAPartHasOneOfItsOwn() throws {
        let spool = try OperationSpool(directory: Self.place(), partBytes: 15)
        try spool.append(frame(1))
        try spool.append(frame(2, bytes: 100))
        try spool.append(frame(3))
        #expect(spool.lastPart == 2)
        #expect(try all(SpoolReader(spool)).count == 120)
    }

    @Test func itsFilesGoWithIt() throws {
        let path = Self.place()
        var spool: OperationSpool? = try OperationSpool(directory: path, partBytes: 15)
        for number in 1...5 { try spool?.append(frame(number)) }
        _ = spool?.dropOldest()
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 4)
        #expect(throws: ControllerError.self) { try OperationSpool(directory: path) }
        spool = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
