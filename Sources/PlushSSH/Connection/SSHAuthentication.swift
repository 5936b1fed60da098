/// Which keys a login tries, and how its failure is told. libssh2 1.10 knows Ed25519 and ECDSA, and RSA only with SHA-1,
/// which OpenSSH refuses since 8.8: a try with such a key would only count against the server's limit.
struct SSHAuthentication {
    private static let usableAlgorithms: Set = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    ]

    /// The key being tried.
    private(set) var current: SSHIdentity?
    private let user: String
    private var remaining: ArraySlice<SSHIdentity>
    private let old: [SSHIdentity]
    private let unknown: [SSHIdentity]
    private var triedCount = 0
    private var signerFailures: [SSHFailure] = []

    init(user: String, identities: [SSHIdentity]) {
        self.user = user
        remaining = identities.filter { Self.usableAlgorithms.contains($0.algorithm) }[...]
        old = identities.filter { $0.algorithm == "ssh-rsa" }
        unknown = identities.filter { !Self.usableAlgorithms.contains($0.algorithm) && $0.algorithm != "ssh-rsa" }
    }

    /// Goes on to the next key; nil when there is none left.
    mutating func next() -> SSHIdentity? {
        current = remaining.popFirst()
        return current
    }

    /// The server did not take the current key.
    mutating func refused() {
        triedCount += 1
    }

    /// Nobody signed with the current key.
    mutating func unsigned(_ failure: SSHFailure) {
        signerFailures.append(failure)
    }

    /// Why the login failed; `reason` is what the server said when it ended the connection over it.
    func failure(_ reason: String?) -> SSHFailure {
        if let reason {
            let keys = " after \(Self.counted(triedCount + (current == nil ? 0 : 1)))"
            return SSHFailure(
                .authentication, "the server ended the login\(keys): \(reason)",
                remedy: "name the right key with --identity, so that it is the first")
        }
        if let failure = signerFailures.first, triedCount == 0 {
            return SSHFailure(.authentication, failure.message, remedy: failure.remedy)
        }
        guard triedCount > 0 else { return nothingTried() }
        let tried =
            triedCount == 1
            ? "the key was not accepted for user \(user)" : "none of \(triedCount) keys was accepted for user \(user)"
        let unsigned = signerFailures.first.map { "; \($0.message)" } ?? ""
        return SSHFailure(
            .authentication, tried + unsigned + leftOut(),
            remedy: "add the public key to ~/.ssh/authorized_keys on the host, or name another with --identity or -l")
    }

    private func nothingTried() -> SSHFailure {
        let remedy = "use an Ed25519 or ECDSA key"
        switch (old.count, unknown.count) {
        case (0, 0):
            return SSHFailure(
                .authentication, "there is no key to log in with",
                remedy: "add one to the ssh-agent with ssh-add, or name a key file with --identity")
        case (1, 0):
            return SSHFailure(
                .authentication,
                "the only key offered is RSA (\(old[0].comment)): it could sign only with SHA-1, which current servers "
                    + "refuse", remedy: remedy)
        case (0, 1):
            return SSHFailure(
                .authentication,
                "the only key offered is of a kind that is not supported (\(unknown[0].comment): "
                    + "\(unknown[0].algorithm))", remedy: remedy)
        case (_, 0):
            return SSHFailure(
                .authentication,
                "all \(old.count) keys offered are RSA: they could sign only with SHA-1, which current servers refuse",
                remedy: remedy)
        case (_, _):
            return SSHFailure(
                .authentication,
                "none of the \(Self.counted(old.count + unknown.count)) offered can be used" + leftOut(), remedy: remedy
            )
        }
    }

    private func leftOut() -> String {
        var words = ""
        if !old.isEmpty {
            words += "; not tried, because RSA works only with SHA-1 here: " + Self.listed(old.map(\.comment))
        }
        if !unknown.isEmpty {
            words += "; not supported: " + Self.listed(unknown.map(\.algorithm))
        }
        return words
    }

    private static func counted(_ keys: Int) -> String {
        keys == 1 ? "1 key" : "\(keys) keys"
    }

    /// The first few, because a message is one line.
    private static func listed(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }
}
