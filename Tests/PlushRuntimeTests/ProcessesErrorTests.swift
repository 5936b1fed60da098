import Glibc
import Testing

@testable import PlushRuntime

@Suite struct ProcessesErrorTests {
    private let environment = ProcessesRunner.environment

    private func failure(_ request: ChildProcessRequest) throws -> ProcessError? {
        let owner = try ProcessesRunner.makeOwner()
        do throws(ProcessError) {
            _ = try owner.spawn(request)
            return nil
        } catch {
            #expect(owner.running.isEmpty)
            #expect(owner.reap().isEmpty)
            // The owner is as good as before.
            let child = try owner.spawn(ChildProcessRequest(arguments: ["true"], environment: environment))
            #expect(ProcessesRunner.finish(child, of: owner).status == .exited(code: 0))
            return error
        }
    }

    @Test func absentProgramIsNamed() throws {
        let error = try failure(ChildProcessRequest(arguments: ["/x/demo.exe"]))
        #expect(error?.code == .execute)
        #expect(error?.cause == ENOENT)
        #expect(error?.description == "/x/demo.exe: No such file or directory")
    }

    @Test func wordThatIsNowhereInThePathIsNamed() throws {
        let request = ChildProcessRequest(arguments: ["no-such-word"], environment: ["PATH": "/usr/bin::/bin"])
        let error = try failure(request)
        #expect(error?.description == "no-such-word: No such file or directory")
    }

    @Test func fileWithoutTheExecuteBitIsNotExecutable() throws {
        let here = try FilesWorkspace()
        here.write("plain", "text", mode: 0o644)
        for word in ["./plain", "plain"] {
            let request = ChildProcessRequest(arguments: [word], environment: ["PATH": "."], directory: here.path)
            #expect(try failure(request)?.description == "\(word): not executable")
        }
    }

    @Test func fileThatIsNoProgramSaysWhy() throws {
        let here = try FilesWorkspace()
        here.write("data", "no interpreter line", mode: 0o755)
        let error = try failure(ChildProcessRequest(arguments: ["./data"], directory: here.path))
        #expect(error?.cause == ENOEXEC)
        #expect(error?.description.contains("not a program for this machine") == true)
    }

    @Test func absentDirectoryIsNamed() throws {
        let request = ChildProcessRequest(arguments: ["true"], environment: environment, directory: "/no/such/place")
        let error = try failure(request)
        #expect(error?.code == .directory)
        #expect(error?.description == "directory /no/such/place does not exist")
    }

    @Test func fileAsDirectoryIsNamed() throws {
        let request = ChildProcessRequest(arguments: ["true"], environment: environment, directory: "/etc/passwd")
        #expect(try failure(request)?.description == "/etc/passwd is not a directory")
    }

    @Test func hugeArgumentsAreRefusedBySize() throws {
        let error = try failure(
            ChildProcessRequest(arguments: ["true", String(repeating: "x", count: 4 << 20)], environment: environment))
        #expect(error?.cause == E2BIG)
        #expect(error?.description.hasSuffix("too long together") == true)
    }

    @Test func requestsThatCannotBeCarriedAreRefused() throws {
        let requests = [
            ChildProcessRequest(arguments: []),
            ChildProcessRequest(arguments: [""]),
            ChildProcessRequest(arguments: ["echo", "a\0b"]),
            ChildProcessRequest(arguments: ["echo"], environment: ["": "x"]),
            ChildProcessRequest(arguments: ["echo"], environment: ["A=B": "x"]),
            ChildProcessRequest(arguments: ["echo"], environment: ["A": "x\0"]),
            ChildProcessRequest(arguments: ["echo"], directory: ""),
            ChildProcessRequest(arguments: ["echo"], directory: "/tmp\0/x"),
        ]
        for request in requests { #expect(try failure(request)?.code == .badRequest) }
    }

    @Test func controlCharactersAreShownNotSent() throws {
        let error = try failure(ChildProcessRequest(arguments: ["/x/\u{1B}[31m"]))
        #expect(error?.description == "/x/\\u{1b}[31m: No such file or directory")
    }
}
