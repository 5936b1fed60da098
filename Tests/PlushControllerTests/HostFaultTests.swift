import PlushSSH
import Testing

@testable import PlushController

/// The words for what can be wrong with a host.
struct HostFaultTests {
    private func fault(_ exit: SSHExit, _ error: String, said: String = "") -> HostFault {
        HostFault(exit: exit, errorOutput: Array(error.utf8), said: Array(said.utf8))
    }

    @Test(arguments: [
        ("home=noexec|/var/tmp=noexec|/tmp=noexec", HostFault.Code.noExec),
        ("home=No space left on device|/var/tmp=Disk quota exceeded|/tmp=No space left on device", .noSpace),
        ("home=Permission denied|/var/tmp=Read-only file system|/tmp=Permission denied", .notWritable),
        ("home=Permission denied|/var/tmp=noexec|/tmp=No space left on device", .noPlace),
        ("home=absent|/var/tmp=unsafe|/tmp=foreign", .noPlace), ("", .noPlace), ("||", .noPlace), ("home", .noPlace),
    ])
    func placesGiveOneKind(text: String, code: HostFault.Code) {
        let fault = HostFault(line: "fault nowhere " + text)
        #expect(fault?.code == code && fault?.remedy.isEmpty == false)
    }

    @Test func placesWithTheSameCauseAreToldTogether() {
        let same = HostFault(line: "fault nowhere home=Permission denied|/tmp=Permission denied")
        #expect(same?.message == "no place for the agent: permission denied in ~/.cache/plush, /tmp")
        let mixed = HostFault(line: "fault nowhere home=absent|/tmp=noexec|/x=a=b")
        #expect(
            mixed?.message == "no place for the agent: ~/.cache/plush: there is no such directory; "
                + "/tmp: programs may not be run (noexec); /x: a=b")
    }

    @Test(arguments: [
        "temporary", "machine", "machine a b", "system", "system Darwin", "tools", "tools head", "damaged", "run",
        "run 3",
        "run 3 text", "protocol", "clean", "clean x", "nonsense", "",
    ])
    func everyFaultLineHasWords(rest: String) throws {
        let fault = try #require(HostFault(line: "fault " + rest))
        #expect(!fault.message.isEmpty && !fault.message.contains("\n"))
        #expect(fault.failure.message == fault.message && fault.failure.remedy == fault.remedy)
    }

    @Test(arguments: ["", "fault", "need gzip", "faults x", "x fault y"])
    func otherLinesAreNoFaults(line: String) {
        #expect(HostFault(line: line) == nil)
    }

    @Test(arguments: [
        (SSHExit.code(1), "", "This account is currently not available.\n", HostFault.Code.accountDisabled),
        (.code(1), "This account is currently not available.\n", "", .accountDisabled),
        (.code(127), "bash: line 1: exec: /bin/sh: not found\n", "", .noShell),
        (.code(127), "fish: Unknown command: /bin/sh\n", "", .noShell),
        (.code(126), "plush: 1: exec: /srv/a/.cache/plush/agent-1: Permission denied\n", "", .notStarted),
        (.code(126), "plush: line 1: /x/agent-1: cannot execute binary file: Exec format error\n", "", .notStarted),
        (.code(2), "/x/agent-1: 3: Syntax error: \"(\" unexpected\n", "", .notStarted),
        (.signal("ILL"), "", "", .notStarted),
        (.code(2), "plush-agent: cannot make /tmp/x: No space left on device\n", "", .agent),
        (.code(1), "rbash: line 1: exec: restricted\n", "", .restrictedShell),
        (.code(1), "fatal: something\n", "", .shell), (.code(1), "", "only said this\n", .shell),
        (.code(0), "", "", .silent), (.signal("KILL"), "", "", .silent),
        (.code(1), "Could not chdir to home directory /srv/x: No such file or directory\n", "", .silent),
    ])
    func theEndOfTheLoginShellIsExplained(exit: SSHExit, error: String, said: String, code: HostFault.Code) {
        let fault = fault(exit, error, said: said)
        #expect(fault.code == code && !fault.message.isEmpty && !fault.remedy.isEmpty, "\(fault)")
        #expect(fault.deservesCloserLook == (code == .notStarted))
    }

    @Test func exactWordsOfSomeEnds() {
        #expect(fault(.code(3), "\n  oh no \nmore").message == "the login shell ended with code 3: oh no")
        #expect(
            fault(.code(1), "This account is currently not available.\n").message
                == "the account may not run commands there: This account is currently not available")
        #expect(fault(.code(0), "").message == "the login shell ended with code 0 and said nothing")
        #expect(fault(.signal("KILL"), "").message == "the login shell was ended by signal KILL and said nothing")
        #expect(
            fault(.code(2), "plush-agent: --listen needs a value\n").message
                == "the agent could not begin: --listen needs a value")
    }

    @Test func linesAreFitToBeShown() {
        #expect(HostFault.firstLine(of: Array("\u{1b}[31mred\u{7}\u{0}\r\nnext".utf8)) == "[31mred")
        #expect(HostFault.firstLine(of: Array(String(repeating: "ü", count: 300).utf8)).count == 200)
        #expect(HostFault.firstLine(of: [0xff, 0xfe, 0x41]).hasSuffix("A"))
        #expect(HostFault.firstLine(of: Array(" \n\n\t\n".utf8)) == "")
        let warnings = "bash: warning: setlocale: LC_ALL: cannot change locale (de_DE)\nreal\n"
        #expect(HostFault.firstLine(of: Array(warnings.utf8)) == "real")
    }
}
