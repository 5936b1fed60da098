import NIOCore
import Testing

@testable import PlushRuntime

@Suite struct FilesSpoolTests {
    @Test func chunksComeBackByIndexFromANamelessFile() throws {
        let here = try FilesWorkspace()
        let spool = try ChunkSpool(in: here.root)
        #expect(here.names() == [])
        let big = ByteBuffer(repeating: 7, count: 300_000)
        #expect(try spool.append(index: 5, bytes: big, flags: 1))
        #expect(try spool.append(index: 0, bytes: ByteBuffer(string: "zero"), flags: 0))
        #expect(try spool.append(index: 9, bytes: ByteBuffer(), flags: 2))
        #expect(spool.count == 3 && spool.byteCount == 300_004)
        #expect(try spool.read(0) == .init(bytes: ByteBuffer(string: "zero"), flags: 0))
        #expect(try spool.read(5) == .init(bytes: big, flags: 1))
        #expect(try spool.read(9) == .init(bytes: ByteBuffer(), flags: 2))
        #expect(try spool.read(1) == nil)
        #expect(spool.contains(9) && !spool.contains(1))
    }

    @Test func firstChunkOfAnIndexStands() throws {
        let here = try FilesWorkspace()
        let spool = try ChunkSpool(in: here.root)
        #expect(try spool.append(index: 0, bytes: ByteBuffer(string: "first"), flags: 1))
        #expect(try !spool.append(index: 0, bytes: ByteBuffer(string: "second"), flags: 0))
        #expect(try spool.read(0)?.bytes == ByteBuffer(string: "first"))
        #expect(spool.byteCount == 5)
    }

    @Test func spoolIsBounded() throws {
        let here = try FilesWorkspace()
        let spool = try ChunkSpool(in: here.root, bytesMax: 8)
        #expect(try spool.append(index: 0, bytes: ByteBuffer(string: "12345"), flags: 0))
        let code = runtimeFileErrorCode { try spool.append(index: 1, bytes: ByteBuffer(string: "6789"), flags: 0) }
        #expect(code == .limit)
        #expect(try spool.append(index: 1, bytes: ByteBuffer(string: "678"), flags: 0))
        #expect(try spool.read(1)?.bytes == ByteBuffer(string: "678"))
    }
}
