import Glibc
import Testing

@testable import PlushRuntime

@Suite struct FilesPathTests {
    @Test(arguments: [
        "", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", ".", "./.", ".//", "a\0b",
        ".plush-part-1", "a/.plush-part-x/b",
    ])
    func pathThatCouldLeadElsewhereIsRefused(text: String) {
        #expect(runtimeFileErrorCode { _ = try RelativePath(text) } == .unsafePath)
    }

    @Test func overlongPathsAreRefused() throws {
        let name = String(repeating: "n", count: 255)
        #expect(try RelativePath(name).components.count == 1)
        #expect(runtimeFileErrorCode { _ = try RelativePath(name + "n") } == .unsafePath)
        #expect(runtimeFileErrorCode { _ = try RelativePath(String(repeating: name + "/", count: 5)) } == .unsafePath)
        let deep = String(repeating: "d/", count: 64)
        #expect(try RelativePath(deep).components.count == 64)
        #expect(runtimeFileErrorCode { _ = try RelativePath(deep + "d") } == .unsafePath)
    }

    @Test func dotsAndDoubledSlashesAreDropped() throws {
        #expect(try RelativePath("./a//b/./c/").description == "a/b/c")
        #expect(try RelativePath("./a") == RelativePath("a"))
        #expect(try RelativePath("...").description == "...")
        #expect(try RelativePath("..a/b..").components.count == 2)
    }

    @Test func bytesThatAreNotUTF8AreKept() throws {
        let bytes: [UInt8] = [0x61, 0xFF, 0x2F, 0xFE]
        #expect(try RelativePath(bytes: bytes).bytes == bytes)
    }
}
