extension KnownHosts {
    /// What the files say about a host that showed a key.
    package enum Verdict: Hashable, Sendable {
        /// It is the key that is known for this host.
        case trusted
        /// Nothing is known of this host. `authority`: a line that names only who signs its certificates, which libssh2
        /// cannot check.
        case unknown(authority: Place?)
        /// Another key is known for this host: at this line, of these algorithms.
        case changed(file: String, line: Int, knownAlgorithms: [String])
        /// The key must not be trusted any more, says this line.
        case revoked(file: String, line: Int)
    }

    /// Judges the key that a server showed. `names`: what is looked up first, as the user named the host (its
    /// HostKeyAlias, else its HostName), and behind it, where CheckHostIP asks for it, the address.
    ///
    /// As OpenSSH does it (hostfile.c, sshconnect.c): a revocation wins over all; then one line with this key suffices;
    /// then any line with another key, *of whatever algorithm*, makes the host changed, because whoever stands between
    /// could offer only an algorithm that is not known yet. An address alone never makes a host trusted: the name might
    /// have been redirected to another host that is known by it. It can only be against the host.
    package func check(names: [String], port: Int, key: SSHHostKey) -> Verdict {
        guard let name = names.first else { return .unknown(authority: nil) }
        var verdict = check(Self.lookupName(name, port: port), key)
        // A host that is known without its port is trusted at other ports, too, but only by this very key.
        // So is a revocation.
        if case .unknown = verdict, port != Self.standardPort {
            switch check(name, key) {
            case .trusted: verdict = .trusted
            case .revoked(let file, let line): verdict = .revoked(file: file, line: line)
            case .unknown, .changed: break
            }
        }
        for address in names.dropFirst() {
            switch (verdict, check(Self.lookupName(address, port: port), key)) {
            case (.revoked, _), (.changed, .changed), (_, .trusted), (_, .unknown): break
            case (_, let against): verdict = against
            }
        }
        return verdict
    }

    private func check(_ name: String, _ key: SSHHostKey) -> Verdict {
        let entries = entries(for: name)
        if let revoked = entries.first(where: { $0.marker == .revoked && $0.key == key }) {
            return .revoked(file: revoked.place.file, line: revoked.place.line)
        }
        let known = entries.filter { $0.marker == .none }
        if known.contains(where: { $0.key == key }) { return .trusted }
        // The line that people should look at is the one of the same algorithm.
        guard let other = known.first(where: { $0.key.algorithm == key.algorithm }) ?? known.first else {
            return .unknown(authority: entries.first { $0.marker == .authority }?.place)
        }
        var algorithms: [String] = []
        for entry in known where !algorithms.contains(entry.key.algorithm) { algorithms.append(entry.key.algorithm) }
        return .changed(file: other.place.file, line: other.place.line, knownAlgorithms: algorithms)
    }
}

extension KnownHosts.Verdict {
    /// What people are told about a host whose key is not trusted; nil for one that is. Without the host's name, so that
    /// hosts with the same trouble are folded.
    package func failure(key: SSHHostKey) -> SSHFailure? {
        switch self {
        case .trusted:
            return nil
        case .unknown(nil):
            return SSHFailure(
                .hostKey, "host key is not known",
                remedy: "compare it with the host's own, then add it to known_hosts (ssh HOST, ssh-keyscan), "
                    + "or use --host-key accept-new")
        case .unknown(let authority?):
            return SSHFailure(
                .hostKey, "host key is known only by a certificate authority, and plush cannot check host certificates",
                remedy: "add the host's own key to known_hosts; the authority is at \(authority.file):\(authority.line)"
            )
        case .changed(let file, _, let algorithms):
            let isNew = !algorithms.contains(key.algorithm)
            return SSHFailure(
                .hostKey,
                isNew
                    ? "host key changed: \(algorithms.joined(separator: ", ")) is known, "
                        + "and the host shows \(key.algorithm)"
                    : "host key changed: someone may be posing as the host, or it was installed anew",
                remedy:
                    "ask its administrator; if the new key is right: ssh-keygen -f \(file) -R HOST (or '[HOST]:PORT')")
        case .revoked(let file, let line):
            return SSHFailure(
                .hostKey, "host key is revoked",
                remedy: "do not use the host before it has a new key; see \(file):\(line)")
        }
    }
}
