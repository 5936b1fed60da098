import ArgumentParser
import Foundation
import PlushController
import PlushTree

/// How hosts are reached by SSH, for every command that reaches some. With `--local` none of it means anything.
struct SSHArguments: ParsableArguments {
    /// Sessions that one process can hold open with usual limits of open files.
    static let windowMax = 4_096

    @Option(
        name: [.customShort("l"), .customLong("user")],
        help: ArgumentHelp("The user to log in as, where a host names none itself.", valueName: "name"))
    var user: String?

    @Option(
        name: .customLong("identity"),
        help: ArgumentHelp(
            "A private key to try besides those of the agent and of the SSH configuration; may come several times.",
            valueName: "file"),
        completion: .file())
    var identities: [String] = []

    @Option(
        name: [.customShort("F"), .customLong("ssh-config")],
        help: ArgumentHelp("The SSH configuration to use, as with ssh -F (default: ssh's own).", valueName: "file"),
        completion: .file())
    var configuration: String?

    @Option(
        name: .customLong("directory"),
        help: ArgumentHelp(
            "The directory file with the groups that specifications and @group name (default: ~/.plush/directory.xml).",
            valueName: "file"),
        completion: .file(extensions: ["xml"]))
    var directory: String?

    @Option(
        name: .customLong("host-key"),
        help: ArgumentHelp(
            "strict: only hosts in known_hosts; accept-new: new ones are taken and kept; ignore: no check at all. "
                + "If not given: strict, or accept-new for hosts of which the SSH configuration says so.",
            valueName: "policy"))
    var hostKeyPolicy: SSHOptions.HostKeyPolicy?

    @Option(
        name: .customLong("launch-window"),
        help: ArgumentHelp("Hosts being reached at one time (default: \(SSHOptions().launchWindow)).", valueName: "N"))
    var launchWindow: Int?

    func validate() throws {
        if let user, !NodeSet.HostName.isUser(user) {
            throw ValidationError("-l takes the name of a user, not '\(user)'")
        }
        for path in identities { try Self.requireReadable(path, "--identity", "private key") }
        // `none` is ssh's word for no configuration at all.
        if let configuration, configuration != "none" {
            try Self.requireReadable(configuration, "-F", "configuration of ssh")
        }
        if let launchWindow, !(1...Self.windowMax).contains(launchWindow) {
            throw ValidationError("--launch-window takes 1 to \(Self.windowMax), not \(launchWindow)")
        }
    }

    func apply(to options: inout ControllerOptions) {
        options.ssh.user = user
        options.ssh.identityFiles = identities.map(AbsolutePath.of)
        options.ssh.configurationPath = configuration.map { $0 == "none" ? $0 : AbsolutePath.of($0) }
        options.ssh.hostKeyPolicy = hostKeyPolicy
        if let launchWindow { options.ssh.launchWindow = launchWindow }
        options.directoryPath = directory
    }

    private static func requireReadable(_ path: String, _ option: String, _ what: String) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
            throw ValidationError("\(option) takes the file of a \(what), and there is none at '\(path)'")
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ValidationError("\(option): no permission to read '\(path)'")
        }
    }
}

extension SSHOptions.HostKeyPolicy: ExpressibleByArgument {}
