import NIOCore
import PlushSSH
import Synchronization

/// Which host keys are believed: the known_hosts files of all hosts of a run, and the policy for those not in them.
final class HostTrust: Sendable {
    /// Hosts as a rule share their files.
    private struct Files: Hashable {
        let user: [String]
        let global: [String]

        init(_ settings: SSHHostSettings) {
            user = settings.userKnownHostsFiles
            global = settings.globalKnownHostsFiles
        }
    }

    /// Files that could not be read, or not all of them.
    let warnings: [String]
    /// Nil: as the SSH configuration says of each host.
    private let policy: SSHOptions.HostKeyPolicy?
    private let known: Mutex<[Files: KnownHosts]>

    /// Reads the files of these hosts. Throws `SSHFailure` where that would mean to forget what they revoke.
    init(_ hosts: [SSHHostSettings], policy: SSHOptions.HostKeyPolicy?) throws {
        self.policy = policy
        var known: [Files: KnownHosts] = [:]
        var warnings: [String] = []
        for settings in hosts {
            let files = Files(settings)
            guard known[files] == nil else { continue }
            let read = try KnownHosts.read(userFiles: files.user, globalFiles: files.global)
            warnings += read.unreadable.map { "\($0.file) cannot be read: \($0.reason)" }
            warnings += read.badLines.map { bad in
                let more = bad.count > 1 ? " and \(bad.count - 1) more" : ""
                return "\(bad.file): line \(bad.firstLine)\(more) cannot be understood and counts for nothing"
            }
            known[files] = read
        }
        self.warnings = warnings
        self.known = Mutex(known)
    }

    /// Why the key that a host shows is not believed; nil when it is.
    func refusal(of key: SSHHostKey, _ settings: SSHHostSettings, address: String?) -> SSHFailure? {
        let policy = policy(for: settings)
        if policy == .ignore { return nil }
        return known.withLock { known in
            guard let known = known[Files(settings)] else {
                return failure(.unknown(authority: nil), key, settings)
            }
            let (names, port) = settings.hostKeyLookup(address: address)
            let verdict = known.check(names: names, port: port, key: key)
            guard case .unknown = verdict, policy == .acceptNew, let name = names.first else {
                return failure(verdict, key, settings)
            }
            do throws(SSHFailure) {
                _ = try known.remember(name: name, port: port, key: key, hashed: settings.hashKnownHosts)
                return nil
            } catch {
                return error
            }
        }
    }

    /// Where nobody has decided for this run, the user's configuration may: as far as that does not mean to trust just
    /// anybody, which has to be said with `--host-key`.
    private func policy(for settings: SSHHostSettings) -> SSHOptions.HostKeyPolicy {
        if let policy { return policy }
        return settings.strictHostKeyChecking == .acceptNew ? .acceptNew : .strict
    }

    private func failure(_ verdict: KnownHosts.Verdict, _ key: SSHHostKey, _ settings: SSHHostSettings) -> SSHFailure? {
        guard let failure = verdict.failure(key: key), policy == nil, settings.strictHostKeyChecking == .no else {
            return verdict.failure(key: key)
        }
        return SSHFailure(
            failure.code, "\(failure.message) (StrictHostKeyChecking no of the SSH configuration is not obeyed)",
            remedy: failure.remedy)
    }

    /// The algorithms of a host's known keys.
    func algorithms(_ settings: SSHHostSettings) -> [String] {
        let (names, port) = settings.hostKeyLookup(address: nil)
        return known.withLock { $0[Files(settings)]?.algorithms(names: names, port: port) ?? [] }
    }
}
