import Glibc

/// The user's SSH_ASKPASS, asked as often as ssh would ask: ssh-add repeats its question until the passphrase is right
/// or none comes, and a program that gives the same wrong answer every time would be asked for ever.
///
/// A script of the run's directory stands in its place, and refuses from the fourth question on.
struct AskpassProgram: Sendable {
    /// As ssh's NumberOfPasswordPrompts has it.
    static let triesMax = 3
    private static let script = #"""
        #!/bin/sh
        echo x >>"$PLUSH_ASKPASS_TRIES"
        [ "$(wc -l <"$PLUSH_ASKPASS_TRIES")" -le "$PLUSH_ASKPASS_MAX" ] || exit 1
        SSH_ASKPASS=$PLUSH_ASKPASS exec "$PLUSH_ASKPASS" "$@"

        """#

    /// What the user named; nil: nothing, or programs cannot be run from the directory.
    private let program: String?
    private let path: String
    private var triesPath: String { path + ".tries" }

    init(directory: String, environment: [String: String]) {
        path = "\(directory)/askpass"
        program = environment["SSH_ASKPASS"].flatMap { $0.isEmpty ? nil : $0 }.flatMap { [path] in
            Self.writeScript(path) && access(path, X_OK) == 0 ? $0 : nil
        }
    }

    private static func writeScript(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(script.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// The surroundings of an ssh-add that may ask; what was asked before does not count.
    func begin(_ environment: [String: String]) -> [String: String] {
        unlink(triesPath)
        guard let program else { return environment }
        return environment.merging([
            "SSH_ASKPASS": path, "PLUSH_ASKPASS": program, "PLUSH_ASKPASS_TRIES": triesPath,
            "PLUSH_ASKPASS_MAX": "\(Self.triesMax)",
        ]) { $1 }
    }

    /// Whether it was asked more often than it may be.
    var wasRefused: Bool {
        var status = stat()
        return stat(triesPath, &status) == 0 && status.st_size > Self.triesMax * 2
    }

    func remove() {
        unlink(path)
        unlink(triesPath)
    }
}
