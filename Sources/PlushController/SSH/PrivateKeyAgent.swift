import CPlushSystem
import Glibc
import PlushSSH

/// An ssh-agent of this run alone, which reads key files in every format and with every kind of passphrase that OpenSSH
/// knows. It ends with the run, also when this process is killed: Debian's ssh-agent belongs to a group of its own
/// (setgid, against being traced), which makes the kernel forget its death signal, and so it is given a command to run
/// instead: a shell that reads from a pipe whose other end is ours, and then kills the agent. The same shell is told
/// of each ssh-add that may be waiting for a passphrase, and ends that too, with the program that asks for it.
final class PrivateKeyAgent: Sendable {
    /// Its socket.
    let path: String
    private let environment: [String: String]
    private let ask: AskpassProgram
    private let shell: pid_t
    let agent: pid_t
    private let leash: Int32

    /// How long the programs may take that ask for nothing.
    private static let startMilliseconds: UInt64 = 10_000
    /// How long people may take to type a passphrase.
    private static let passphraseMilliseconds: UInt64 = 300_000
    /// How often it is looked whether it is gone, every two milliseconds, before it is killed.
    private static let stopRoundsMax = 1_000
    /// What an address of a Unix socket holds, its end included.
    private static let socketPathBytesMax = 107
    /// Says where the agent is, reads the process (or minus the process group) that is to be ended too, an empty line
    /// where there is none any more, and ends both when the pipe is closed. TERM gives a terminal its echo back.
    private static let leashScript = #"""
        echo "$SSH_AGENT_PID"; p=; while read -r line; do p=$line; done
        [ "$p" ] && kill -s TERM -- "$p"; kill "$SSH_AGENT_PID"
        """#

    /// Starts it with a socket in `directory`, which only the user may enter. Blocks until it listens.
    init(directory: String, environment: [String: String]) throws(SSHFailure) {
        guard let program = OpenSSHTool.find("ssh-agent", environment: environment) else {
            throw Self.failure("there is no ssh-agent on the PATH", remedy: "apt install openssh-client")
        }
        path = "\(directory)/agent.sock"
        self.environment = environment.merging(["SSH_AUTH_SOCK": path]) { $1 }
        ask = AskpassProgram(directory: directory, environment: environment)
        guard path.utf8.count <= Self.socketPathBytesMax else {
            throw Self.failure("\(path) is too long for a socket", remedy: "set TMPDIR to a shorter path")
        }
        var leash: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard plush_pipe(&leash) == 0 else { throw Self.failure("no more open files", remedy: "see ulimit -n") }
        guard plush_pipe(&output) == 0 else {
            close(leash[0])
            close(leash[1])
            throw Self.failure("no more open files", remedy: "see ulimit -n")
        }
        let started = OpenSSHTool.start(
            [program, "-a", path, "/bin/sh", "-c", Self.leashScript], environment: environment, input: leash[0],
            output: output[1], error: -1, ownGroup: true)
        close(leash[0])
        close(output[1])
        defer { close(output[0]) }
        guard case .success(let shell) = started, let agent = Self.readProcess(output[0]) else {
            close(leash[1])
            if case .success(let shell) = started {
                kill(-shell, SIGKILL)
                waitpid(shell, nil, 0)
            }
            throw Self.failure("cannot start an ssh-agent at \(path)", remedy: "try \(program) -D -a \(path)")
        }
        self.leash = leash[1]
        self.shell = shell
        self.agent = agent
    }

    /// The agent's process id, which the shell says once the agent listens.
    private static func readProcess(_ descriptor: Int32) -> pid_t? {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while text.count < 16, poll(&event, 1, Int32(startMilliseconds)) > 0, read(descriptor, &byte, 1) == 1 {
            guard byte != UInt8(ascii: "\n") else { return pid_t(String(decoding: text, as: UTF8.self)) }
            text.append(byte)
        }
        return nil
    }

    /// Loads a key file; a passphrase is asked for by OpenSSH itself, on `terminal` or by SSH_ASKPASS. Returns what
    /// ssh-add had to say if it did not work.
    func add(_ file: String, terminal: Int32, cancel: BlockingWork.CancelFlag) throws -> String? {
        guard let program = OpenSSHTool.find("ssh-add", environment: environment) else {
            return "there is no ssh-add on the PATH"
        }
        let ownGroup = terminal < 0
        defer { hold("") }
        let outcome = try OpenSSHTool.run(
            [program, "-q", "--", file], environment: ask.begin(environment), input: terminal, ownGroup: ownGroup,
            milliseconds: Self.passphraseMilliseconds, cancel: cancel
        ) { process in hold(ownGroup ? "-\(process)" : "\(process)") }
        if outcome.code == 0 { return nil }
        if outcome.isLate { return "nobody gave a passphrase" }
        if ask.wasRefused { return "SSH_ASKPASS gave \(AskpassProgram.triesMax) wrong passphrases" }
        return outcome.words.isEmpty ? "ssh-add did not take it" : outcome.words
    }

    /// Tells the shell what is to end with this process. A shell that is gone has ended everything.
    private func hold(_ target: String) {
        let line = Array("\(target)\n".utf8)
        _ = write(leash, line, line.count)
    }

    /// Ends it and waits for that, for a few seconds at most.
    func stop() {
        close(leash)
        waitpid(shell, nil, 0)
        var rounds = 0
        while isAlive, rounds < Self.stopRoundsMax {
            usleep(2_000)
            rounds += 1
        }
        if rounds == Self.stopRoundsMax { kill(agent, SIGKILL) }
        // One that was ended before it had set up its signals leaves its socket behind.
        unlink(path)
        ask.remove()
    }

    /// A process that has ended stays until somebody has reaped it, which is not us: kill would still find it.
    private var isAlive: Bool {
        let descriptor = open("/proc/\(agent)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return kill(agent, 0) == 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        // proc(5): the name stands in brackets and may hold any character, the state follows it.
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count else {
            return false
        }
        return bytes[end + 2] != UInt8(ascii: "Z") && bytes[end + 2] != UInt8(ascii: "X")
    }

    private static func failure(_ message: String, remedy: String) -> SSHFailure {
        SSHFailure(.authentication, message, remedy: remedy)
    }
}
