import CPlushSystem
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import PlushRuntime

/// The reading end of a command's output.
@Suite struct ProcessesOutputTests {
    /// What a pipe told within one turn of the event loop.
    private func told(
        _ loop: any EventLoop, _ body: @escaping @Sendable (OutputPipe, _ writer: Int32) -> Void
    ) throws -> [String?] {
        try loop.submit {
            var (ends, told): ([Int32], [String?]) = ([-1, -1], [])
            guard plush_pipe(&ends) == 0, plush_set_non_blocking(ends[0]) == 0 else { return [] }
            let pipe = OutputPipe(ends[0], on: loop) { told.append($0.map { String(buffer: $0) }) }
            body(pipe, ends[1])
            return told
        }.wait()
    }

    private static func say(_ text: String, to writer: Int32) {
        _ = write(writer, text, text.utf8.count)
    }

    /// The node must have all that a command has printed before it begins to wait for what the command left behind.
    @Test(arguments: [false, true]) func whatACommandHasPrintedIsThereWhenItHasEnded(isWatched: Bool) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let told = try told(group.next()) { pipe, writer in
            if isWatched { pipe.watch() }
            Self.say("all of it", to: writer)
            close(writer)
            pipe.drain()
        }
        #expect(told == ["all of it", nil])
    }

    @Test func outputThatIsHeldBackIsReadWhenItMayBe() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let told = try told(group.next()) { pipe, writer in
            pipe.watch()
            pipe.setPaused(true)
            Self.say("later", to: writer)
            close(writer)
            pipe.drain()
            pipe.setPaused(false)
        }
        #expect(told == ["later", nil])
    }

    /// Something that the command left behind may still write.
    @Test func aPipeThatIsHeldOpenHasNotEnded() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let told = try told(group.next()) { pipe, writer in
            pipe.watch()
            Self.say("first", to: writer)
            pipe.drain()
            pipe.close()
            close(writer)
        }
        #expect(told == ["first"])
    }
}
