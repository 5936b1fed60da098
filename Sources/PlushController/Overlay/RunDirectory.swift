import CPlushSystem
import Glibc
import PlushRuntime

/// The directory of one run on the controller's machine, with its janitor: a process that removes it when this one is
/// gone, however it went.
final class RunDirectory {
    let path: String
    private let janitor: Int32
    private var leash: Int32

    /// Makes `plush-NAME` below `parent`, mode 0700.
    init(below parent: String, name: String, agentPath: String) throws {
        path = "\(parent)/plush-\(name)"
        guard mkdir(path, 0o700) == 0 else {
            throw ControllerError(
                .tree, "cannot make the directory \(path): \(String(cString: plush_error_words(errno)))",
                remedy: "set TMPDIR to a directory that you can write to")
        }
        var ends: [Int32] = [-1, -1]
        guard plush_pipe(&ends) == 0 else { throw ControllerError(.tree, "no more open files (see ulimit -n)") }
        do {
            janitor = try AgentSpawn.start(
                [agentPath, AgentProcess.janitorOption, path], input: ends[0], output: -1)
        } catch {
            rmdir(path)
            close(ends[1])
            close(ends[0])
            throw error
        }
        close(ends[0])
        leash = ends[1]
    }

    /// Lets the janitor do its work, and waits for it for at most `milliseconds`. Should the janitor be gone, or be no
    /// janitor, the directory is removed from here. Returns whether it is gone.
    func remove(waitMilliseconds milliseconds: Int) -> Bool {
        guard leash >= 0 else { return true }
        close(leash)
        leash = -1
        var reaped = plush_reaped()
        for _ in 0..<max(1, milliseconds / 2) {
            if plush_reap(janitor, &reaped) != 0 { return plush_sweep_run_directory(path) == 1 }
            usleep(2_000)
        }
        return false
    }

    deinit {
        if leash >= 0 { close(leash) }
    }
}

/// Starting the agent's executable on this machine.
enum AgentSpawn {
    /// Starts a program with this process's environment; returns its process id. Descriptors below 0 are /dev/null.
    static func start(_ arguments: [String], input: Int32, output: Int32) throws -> Int32 {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var result = plush_spawn_result()
        let status = words.withUnsafeBufferPointer { buffer in
            var request = plush_spawn_request(
                argv: buffer.baseAddress, envp: environ, directory: nil, input: input, output: output, error: -1)
            return plush_spawn(&request, &result)
        }
        guard status == 0 else {
            throw ControllerError(
                .tree, "cannot start \(arguments[0]): \(String(cString: plush_error_words(result.error)))",
                remedy: "check --agent, ulimit -u and kernel.pid_max")
        }
        return result.pid
    }
}
