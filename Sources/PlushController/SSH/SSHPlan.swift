import NIOCore
import PlushSSH
import PlushTree
import PlushWire

/// How one host is reached.
struct SSHHost {
    let settings: SSHHostSettings
    /// The keys to try, in this order.
    let identities: [SSHIdentity]
    /// Why it cannot be reached at all, known before it was tried.
    let refusal: SSHFailure?

    var hostName: String { settings.hostName }
    var port: Int { Int(settings.port) }
}

/// All that is known before the first host is reached: settings, keys, known hosts and the agent to send. Lives on the
/// controller's event loop.
final class SSHPlan {
    /// What a plan is made with.
    struct Preparation: Sendable {
        let overlayName: String
        let agentPath: String
        /// The directory of the run.
        let directory: String
        let loop: any EventLoop
        let warn: @Sendable (String) -> Void
    }

    /// By rank.
    let hosts: [SSHHost]
    let trust: HostTrust
    let connectMilliseconds: Int64
    private let keys: UserKeys
    private let image: AgentImage
    private let overlayName: String
    private let logPath: String?

    private init(
        _ hosts: [SSHHost], trust: HostTrust, keys: UserKeys, image: AgentImage, options: ControllerOptions,
        overlayName: String
    ) {
        self.hosts = hosts
        self.trust = trust
        self.keys = keys
        self.image = image
        self.overlayName = overlayName
        connectMilliseconds = Int64(clamping: options.connectMilliseconds)
        logPath = options.agentLogPath
    }

    /// Reads configuration and known hosts, and gathers keys; a passphrase may be asked for on the way. Throws
    /// ``ControllerError`` where no host could be reached whatever it is.
    static func prepare(
        _ targets: [HostTarget], _ options: ControllerOptions, _ preparation: Preparation
    ) async throws -> NIOLoopBound<SSHPlan> {
        do {
            // Before anybody is asked for a passphrase.
            let known = try await AgentImage(path: preparation.agentPath)
            _ = try HostScript.start(
                agentHash: known.hash, machine: known.machine, token: "\(preparation.overlayName).0",
                logPath: options.agentLogPath)
            let settings = try await SSHClientSettings.resolve(
                targets, options: options.ssh,
                milliseconds: min(SSHClientSettings.millisecondsMax, options.connectMilliseconds))
            for warning in settings.warnings { preparation.warn(warning) }
            let reachable = settings.hosts.compactMap { try? $0.get() }
            let keys = try await UserKeys.gather(
                for: reachable, directory: preparation.directory, on: preparation.loop)
            for warning in keys.warnings { preparation.warn(warning) }
            let trust: HostTrust
            do {
                trust = try await BlockingWork.run { _ in try HostTrust(reachable, policy: options.ssh.hostKeyPolicy) }
            } catch {
                await keys.close()
                throw error
            }
            for warning in trust.warnings { preparation.warn(warning) }
            let hosts = zip(targets, settings.hosts).map { target, result -> SSHHost in
                switch result {
                case .success(let settings):
                    return SSHHost(settings: settings, identities: keys.identities(for: settings), refusal: nil)
                case .failure(let failure):
                    let settings = SSHHostSettings(name: target.name, hostName: target.name, user: "")
                    return SSHHost(settings: settings, identities: [], refusal: failure)
                }
            }
            return try await preparation.loop.submit {
                let plan = SSHPlan(
                    hosts, trust: trust, keys: keys, image: known, options: options,
                    overlayName: preparation.overlayName)
                return NIOLoopBound(plan, eventLoop: preparation.loop)
            }.get()
        } catch let failure as SSHFailure {
            throw ControllerError(.tree, failure.message, remedy: failure.remedy)
        }
    }

    /// Lets agents of keys go.
    static func close(_ plan: NIOLoopBound<SSHPlan>, on loop: any EventLoop) async throws {
        let keys = try await loop.submit { plan.value.keys }.get()
        await keys.close()
    }

    func connectionOptions(_ host: SSHHost) -> SSHConnection.Options {
        SSHConnection.Options(
            user: host.settings.user, identities: host.identities, signer: keys.signer.value,
            hostKeyAlgorithms: trust.algorithms(host.settings), keyExchanges: host.settings.keyExchanges)
    }

    /// The command that becomes the agent of a rank.
    func startCommand(_ rank: Rank, isThorough: Bool) throws -> String {
        try HostScript.start(
            agentHash: image.hash, machine: image.machine, token: "\(overlayName).\(rank)", logPath: logPath,
            isThorough: isThorough)
    }

    func agentBytes(_ form: AgentImage.Form, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        image.bytes(form, on: eventLoop)
    }
}
