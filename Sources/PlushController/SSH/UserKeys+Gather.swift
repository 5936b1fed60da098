import Foundation
import NIOCore
import PlushSSH

extension UserKeys {
    /// Finds the keys for all hosts, asking the user for passphrases where there is no other way. `directory`: a
    /// directory of this run that only the user may enter; the private agent's socket is made there. Throws only when
    /// the task is cancelled.
    package static func gather(
        for settings: [SSHHostSettings], directory: String,
        environment: [String: String] = ProcessInfo.processInfo.environment, on eventLoop: any EventLoop,
    ) async throws -> UserKeys {
        var gathering = UserKeysGathering(
            demands: Array(Set(settings.map(Demand.init))), directory: directory, environment: environment,
            eventLoop: eventLoop)
        do {
            await gathering.askAgents()
            try await gathering.lookAtFiles()
            try await gathering.load(gathering.filesToLoad())
            // Only now is it known who is left with nothing.
            try await gathering.load(gathering.lastResorts())
            return try await gathering.finish()
        } catch {
            await gathering.abandon()
            throw error
        }
    }
}
