import Foundation
import Glibc
import Testing

/// OpenSSH's server with keys and a configuration of its own, as whoever runs the tests, on a free port of loopback.
final class SSHServer: @unchecked Sendable {  // nothing in it changes after `init`
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)
    private static let program = "/usr/sbin/sshd"

    let port: Int
    let user: String
    let path: String
    private let process: pid_t

    /// `keys` are lines of `authorized_keys`, `options` lines of `sshd_config`.
    init(keys: [String], options: [String] = [], hostKeys: [String] = ["ed25519", "ecdsa"]) throws {
        path = NSTemporaryDirectory() + "plush-sshd-" + UUID().uuidString.prefix(8)
        user = String(cString: getpwuid(geteuid()).pointee.pw_name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        port = try Self.freePort()
        for kind in hostKeys {
            try Self.run("/usr/bin/ssh-keygen", ["-q", "-N", "", "-t", kind, "-f", "\(path)/host_\(kind)"])
        }
        try (keys + [""]).joined(separator: "\n").write(toFile: "\(path)/keys", atomically: true, encoding: .utf8)
        let path = path
        let configuration =
            [
                "Port \(port)", "ListenAddress 127.0.0.1", "PidFile none", "UsePAM no", "StrictModes no",
                "AuthorizedKeysFile \(path)/keys", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
                "UseDNS no",
            ] + hostKeys.map { "HostKey \(path)/host_\($0)" } + options
            + (options.contains { $0.hasPrefix("MaxStartups") } ? [] : ["MaxStartups 1000"])
        try configuration.joined(separator: "\n").appending("\n")
            .write(toFile: "\(path)/config", atomically: true, encoding: .utf8)
        process = try Self.spawn(Self.program, ["-D", "-e", "-f", "\(path)/config"], errors: "\(path)/log")
        try #require(waitUntil { self.log.contains("Server listening on 127.0.0.1") }, "sshd did not start: \(log)")
    }

    deinit {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// What the server has logged so far.
    var log: String { (try? String(contentsOfFile: "\(path)/log", encoding: .utf8)) ?? "" }

    /// The blob of one of its host keys.
    func hostKey(_ kind: String) throws -> [UInt8] {
        let line = try String(contentsOfFile: "\(path)/host_\(kind).pub", encoding: .utf8)
        return Array(try #require(Data(base64Encoded: String(line.split(separator: " ")[1]))))
    }

    /// Looks again and again for at most ten seconds: for what another process does in its own time.
    func waitUntil(_ condition: () -> Bool) -> Bool {
        for _ in 0..<1000 where !condition() {
            usleep(10_000)
        }
        return condition()
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        var status: Int32 = 0
        waitpid(try spawn(program, arguments, errors: "/dev/null"), &status, 0)
        try #require(status == 0, "\(program) \(arguments)")
    }

    /// Without Foundation's `Process`, whose waiting needs a run loop that a test's thread does not have.
    private static func spawn(_ program: String, _ arguments: [String], errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        try #require(posix_spawn(&process, program, &actions, nil, &words, environ) == 0)
        return process
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
