import CArchive
import CCurl
import CSodium
import Foundation
import PlushSSH
import PlushTree

/// Looks whether this machine is fit for runs on many hosts.
public struct Checkup: Sendable {
    /// How many hosts are meant to be used.
    public var hosts: Int
    /// Whether they are processes of this machine.
    public var isLocal: Bool
    /// The options of the run that is meant.
    public var options: ControllerOptions

    /// A look for so many hosts.
    public init(hosts: Int, isLocal: Bool, options: ControllerOptions) {
        self.hosts = hosts
        self.isLocal = isLocal
        self.options = options
    }

    /// Looks at everything; starts two agents on this machine for a moment.
    public func findings() async -> [Finding] {
        var findings = [libraries(), agent(), temporaryDirectory()]
        findings += MachineLimits.current.findings(
            for: hosts, isLocal: isLocal, links: options.shape.layout(count: hosts).children(of: 0).count,
            window: isLocal ? options.launchWindow : options.ssh.launchWindow)
        if !isLocal { findings += SSHCheckup(options: options).findings() }
        findings.append(groups())
        if findings.allSatisfy({ $0.name != "agent" || $0.verdict == .ok }) { findings.append(await trial()) }
        return findings
    }

    private func libraries() -> Finding {
        let versions = [
            "libsodium \(String(cString: sodium_version_string()))",
            "libssh2 \(SSHLibraryVersion.text)", String(cString: archive_version_string()),
            String(String(cString: curl_version()).prefix { $0 != " " }).replacing("/", with: " "),
        ]
        return Finding("libraries", .ok, "plush \(Controller.version); " + versions.joined(separator: ", "))
    }

    private func agent() -> Finding {
        do {
            let path = try AgentLocation.find(options)
            let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            let megabytes = String(format: "%.1f", Double(size) / 1e6)
            let shown = URL(fileURLWithPath: path).standardized.path
            return Finding("agent", .ok, "\(shown), \(megabytes) MB")
        } catch {
            let fault = error as? ControllerError
            return Finding("agent", .failed, fault?.message ?? "\(error)", remedy: fault?.remedy ?? "")
        }
    }

    private func temporaryDirectory() -> Finding {
        let path = options.temporaryDirectory ?? AgentLocation.temporaryDirectory
        let remedy = "set TMPDIR to a directory of a disk with space"
        guard FileManager.default.isWritableFile(atPath: path) else {
            return Finding("temporary files", .failed, "\(path) cannot be written to", remedy: remedy)
        }
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int) ?? 0
        let message = "\(path), \(Self.words(free)) free"
        return free < Self.freeBytesMin
            ? Finding("temporary files", .warning, message, remedy: remedy)
            : Finding("temporary files", .ok, message)
    }

    private static func words(_ bytes: Int) -> String {
        bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }

    /// Software and standard input are kept there once, and the journal.
    private static let freeBytesMin = 256 << 20

    private func groups() -> Finding {
        do {
            let names = try HostGroups(HostGroups.Places(directoryPath: options.directoryPath)).names(of: [])
            let message = names.isEmpty ? "none: hosts are named one by one" : "\(names.count) groups"
            return Finding("groups", .ok, message)
        } catch {
            return Finding("groups", .failed, error.message, remedy: "mend the file")
        }
    }

    /// A tree of two agents on this machine, with one command.
    private func trial() async -> Finding {
        var options = options
        options.hosts = nil
        options.localHosts = 2
        options.connectMilliseconds = 10_000
        let controller = Controller(options)
        async let result = controller.exec(["true"])
        var causes: [String] = []
        for await event in controller.events {
            if case .unreachable(_, let cause, _) = event { causes.append(cause) }
        }
        do {
            let summary = try await result
            guard summary.exitCode() == 0 else {
                let cause = causes.first ?? summary.buckets.map { "\($0.outcome)" }.joined(separator: ", ")
                return Finding(
                    "trial", .failed, "two agents of this machine did not run true: \(cause)",
                    remedy: "try plush exec --local 2 --agent-log FILE -- true")
            }
            return Finding(
                "trial", .ok, "two agents of this machine ran true in \(String(format: "%.2f", summary.seconds)) s")
        } catch {
            return Finding("trial", .failed, "\(error)", remedy: "try plush exec --local 2 -- true")
        }
    }
}
