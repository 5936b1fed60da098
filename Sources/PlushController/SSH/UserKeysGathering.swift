import NIOCore
import PlushSSH

/// The steps of finding the user's keys.
struct UserKeysGathering {
    /// The keys of one agent.
    struct Held: Sendable {
        let client: NIOLoopBound<KeyAgentClient>
        let identities: [SSHIdentity]
    }

    let demands: [UserKeys.Demand]
    let directory: String
    let environment: [String: String]
    let eventLoop: any EventLoop

    private var agents: [String: Held] = [:]
    private var files: [String: PrivateKeyFile] = [:]
    private var privateAgent: PrivateKeyAgent?
    /// What the private agent took, by file.
    private var loaded: [String: SSHIdentity] = [:]
    private var attempted: Set<String> = []
    private var warnings: [String] = []

    init(demands: [UserKeys.Demand], directory: String, environment: [String: String], eventLoop: any EventLoop) {
        // Sets have no order, and the user's questions shall have one.
        self.demands = demands.sorted { ($0.files.joined(), $0.agent ?? "") < ($1.files.joined(), $1.agent ?? "") }
        self.directory = directory
        self.environment = environment
        self.eventLoop = eventLoop
    }

    mutating func askAgents() async {
        for path in Set(demands.compactMap(\.agent)).sorted() {
            do {
                agents[path] = try await Self.hold(path, on: eventLoop)
            } catch let failure as SSHFailure {
                warnings.append("\(failure.message): its keys are not used")
            } catch {
                warnings.append("the ssh-agent at \(path): \(error)")
            }
        }
    }

    private static func hold(_ path: String, on eventLoop: any EventLoop) async throws -> Held {
        try await eventLoop.flatSubmit {
            KeyAgentClient.connect(path: path, on: eventLoop).assumeIsolated().flatMap { client in
                client.identities().assumeIsolated().map { identities in
                    Held(client: NIOLoopBound(client, eventLoop: eventLoop), identities: identities)
                }.nonisolated()
            }.nonisolated()
        }.get()
    }

    mutating func lookAtFiles() async throws {
        let paths = Set(demands.flatMap(\.files)).sorted()
        let found = try await BlockingWork.run { _ in paths.map { ($0, PrivateKeyFile(path: $0)) } }
        files = Dictionary(uniqueKeysWithValues: found)
        for path in paths where isNamed(path) && files[path]?.isPresent != true && files[path]?.identity == nil {
            warnings.append("there is no key file \(path)")
        }
    }

    /// Whether somebody named this file, so that the user expects it to be used.
    private func isNamed(_ path: String) -> Bool {
        demands.contains { !$0.usesDefaultFiles && $0.files.contains(path) }
    }

    /// Files that are to be loaded in any case: all that need no passphrase, and those that were named.
    func filesToLoad() -> [String] {
        candidates { path, file in !file.isEncrypted || isNamed(path) }
    }

    /// Protected files that ssh would try by itself, for hosts that there is no other key for.
    func lastResorts() -> [String] {
        let poor = demands.filter { !identities(for: $0).contains { Self.isUsable($0) } }
        return candidates { path, _ in poor.contains { $0.files.contains(path) } }
    }

    /// Files that no agent of the hosts in question stands for, in the hosts' order.
    private func candidates(_ isWanted: (String, PrivateKeyFile) -> Bool) -> [String] {
        var paths: [String] = []
        for demand in demands {
            for path in demand.files where !attempted.contains(path) && !paths.contains(path) {
                guard let file = files[path], file.isPresent, file.isUsable, isWanted(path, file) else { continue }
                if let blob = file.identity?.blob, held(demand).contains(where: { $0.blob == blob }) { continue }
                paths.append(path)
            }
        }
        return paths
    }

    mutating func load(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        attempted.formUnion(paths)
        guard let agent = try await startAgent() else { return }
        for path in paths {
            guard let file = files[path] else { continue }
            let (environment, isEncrypted) = (environment, file.isEncrypted)
            let complaint = try await BlockingWork.run { flag -> String? in
                guard isEncrypted else { return try agent.add(path, terminal: -1, cancel: flag) }
                let terminal = PassphraseTerminal()
                guard terminal.canAsk(environment: environment) else { return PassphraseTerminal.complaint }
                return try agent.add(path, terminal: terminal.descriptor, cancel: flag)
            }
            if let complaint {
                let isOurs = complaint == PassphraseTerminal.complaint
                warnings.append(isOurs ? "\(path) \(complaint)" : "\(path) cannot be used: \(complaint)")
            } else {
                try await learn(path, from: agent)
            }
        }
    }

    private mutating func startAgent() async throws -> PrivateKeyAgent? {
        if let privateAgent { return privateAgent }
        let (directory, environment) = (directory, environment)
        do {
            privateAgent = try await BlockingWork.run { _ in
                try PrivateKeyAgent(directory: directory, environment: environment)
            }
        } catch let failure as SSHFailure {
            warnings.append("key files cannot be used: \(failure.message) (\(failure.remedy))")
        }
        return privateAgent
    }

    /// Which key it was: of old kinds of files only the agent can tell.
    private mutating func learn(_ path: String, from agent: PrivateKeyAgent) async throws {
        let before = Set((agents[agent.path]?.identities ?? []).map(\.blob))
        let now: Held
        do {
            now = try await Self.hold(agent.path, on: eventLoop)
        } catch let failure as SSHFailure {
            warnings.append("\(path) cannot be used: \(failure.message)")
            return
        }
        if let old = agents.updateValue(now, forKey: agent.path) {
            try await eventLoop.submit { old.client.value.close() }.get()
        }
        let blob = files[path]?.identity?.blob ?? now.identities.first { !before.contains($0.blob) }?.blob
        if let blob { loaded[path] = SSHIdentity(blob: blob, comment: path) }
    }

    private func held(_ demand: UserKeys.Demand) -> [SSHIdentity] {
        demand.agent.flatMap { agents[$0]?.identities } ?? []
    }

    private func identities(for demand: UserKeys.Demand) -> [SSHIdentity] {
        let held = held(demand)
        var ordered: [SSHIdentity] = []
        var seen: Set<[UInt8]> = []
        func append(_ identity: SSHIdentity) {
            if seen.insert(identity.blob).inserted { ordered.append(identity) }
        }
        for path in demand.files {
            if let blob = files[path]?.identity?.blob, let identity = held.first(where: { $0.blob == blob }) {
                append(identity)
            }
        }
        if !demand.identitiesOnly { for identity in held { append(identity) } }
        for path in demand.files {
            if let identity = loaded[path] { append(identity) }
        }
        // Not to be used, but to be named in the reason why no login was possible.
        for path in demand.files {
            if let file = files[path], file.isPresent, !file.isUsable, let identity = file.identity { append(identity) }
        }
        return ordered
    }

    private static func isUsable(_ identity: SSHIdentity) -> Bool {
        PrivateKeyFile.usableAlgorithms.contains(identity.algorithm)
    }

    func finish() async throws -> UserKeys {
        var identities: [UserKeys.Demand: [SSHIdentity]] = [:]
        for demand in demands { identities[demand] = self.identities(for: demand) }
        // The user's own agents first: it may want to ask for a confirmation.
        let ours = privateAgent?.path
        let ordered = agents.sorted { ($0.key == ours ? 1 : 0, $0.key) < ($1.key == ours ? 1 : 0, $1.key) }
        let eventLoop = eventLoop
        let signer = try await eventLoop.submit {
            let signer = IdentitySigner(eventLoop: eventLoop)
            for (_, held) in ordered { signer.add(held.client.value, for: held.identities) }
            return NIOLoopBound(signer, eventLoop: eventLoop)
        }.get()
        return UserKeys(
            identities: identities, warnings: warnings, signer: signer, privateAgent: privateAgent,
            eventLoop: eventLoop)
    }

    func abandon() async {
        for held in agents.values { try? await eventLoop.submit { held.client.value.close() }.get() }
        if let privateAgent { try? await BlockingWork.run { _ in privateAgent.stop() } }
    }
}
