import Glibc

/// Where OpenSSH could ask for a passphrase.
final class PassphraseTerminal {
    static let complaint =
        "is protected by a passphrase and there is no terminal to ask: add it to an ssh-agent (ssh-add)"

    /// Below 0 where there is no terminal.
    let descriptor: Int32

    init() {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        // In the background, reading from the terminal would stop us.
        if terminal >= 0, tcgetpgrp(terminal) != getpgrp() {
            close(terminal)
            descriptor = -1
        } else {
            descriptor = terminal
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// On a terminal, or by a program: SSH_ASKPASS is used with a display, or where it is forced (ssh-add(1)).
    func canAsk(environment: [String: String]) -> Bool {
        if descriptor >= 0 { return true }
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        switch environment["SSH_ASKPASS_REQUIRE"] {
        case "never": return false
        case "force": return true
        case _: return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY")
        }
    }
}
