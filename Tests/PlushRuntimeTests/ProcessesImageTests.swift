import CPlushSystem
import Glibc
import Testing

@testable import PlushRuntime

/// The copy of an executable that many processes run. It is taken where programs may be run, or not at all.
@Suite struct ProcessesImageTests {
    @Test func copyRunsAsTheOriginalDoes() throws {
        let here = try FilesWorkspace()
        let copy = here.path + "/copy"
        if plush_copy_executable("/bin/sh", copy) != 0 {
            // A temporary directory in memory, or one that forbids execution.
            #expect(errno == ENOTSUP)
            #expect(here.names() == [])
            return
        }
        #expect(here.mode("copy") == 0o500)
        let request = ChildProcessRequest(
            arguments: [copy, "-c", "exit 7"], environment: ProcessesRunner.environment, directory: "/")
        #expect(try ProcessesRunner.run(request).status == .exited(code: 7))
    }

    @Test func whatIsThereIsNotReplaced() throws {
        let here = try FilesWorkspace()
        here.write("copy", "mine")
        #expect(plush_copy_executable("/bin/sh", here.path + "/copy") == -1 && errno == EEXIST)
        #expect(here.read("copy") == "mine")
    }

    @Test(arguments: ["/nowhere/program", "/", "/dev/null"]) func whatIsNoFileIsRefused(_ source: String) throws {
        let here = try FilesWorkspace()
        #expect(plush_copy_executable(source, here.path + "/copy") == -1)
        #expect(here.names() == [])
    }

    @Test func memoryIsNoPlaceForACopy() throws {
        let copy = "/dev/shm/plush-copy-\(getpid())"
        #expect(plush_copy_executable("/bin/sh", copy) == -1 && errno == ENOTSUP)
        #expect(access(copy, F_OK) == -1 && errno == ENOENT)
    }
}
