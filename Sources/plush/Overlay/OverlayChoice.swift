import ArgumentParser
import PlushController
import PlushTree

/// Whether a command with hosts or without them uses an overlay that is up: the one that `--on` names, or the only one
/// where no hosts are given.
struct OverlayChoice {
    let overlay: OverlayOptions
    let hosts: HostOptions

    /// Says what is missing, while the arguments are looked at.
    func require() throws {
        guard overlay.name == nil, !hosts.isGiven, OverlayPlaces().living.isEmpty else { return }
        throw ValidationError(HostOptions.missing + ", or build an overlay that stays with plush up")
    }

    /// Whether an overlay is meant.
    var isMeant: Bool { overlay.name != nil || !hosts.isGiven }

    /// The chosen hosts of an overlay. `ssh`: where groups are looked up.
    func choose(_ all: OverlayHosts, _ ssh: SSHArguments) throws -> RankSet {
        if hosts.local != nil {
            throw ValidationError("--local builds a tree of its own, and --on uses one that is up: give one of them")
        }
        return try UsageError.reported {
            let selection = HostSelection(
                nodes: hosts.nodes, files: hosts.hostFiles, exclusions: hosts.exclusions,
                groups: HostGroups(HostGroups.Places(directoryPath: ssh.directory)))
            let (ranks, warnings) = try all.choose(selection)
            for warning in warnings { Terminal.error("plush: warning: \(warning)") }
            guard let pick = hosts.pick else { return ranks }
            let chosen = RankSet(HostPick(seed: hosts.seed).choose(pick, of: Array(ranks)))
            let names = NodeSet.fold(chosen.map { all.names[Int($0.value)] })
            Terminal.error("plush: picked \(names) of \(ranks.count) hosts")
            return chosen
        }
    }

    /// What is decided when a tree is built means nothing for one that stands.
    static func refuse(
        _ tree: TreeOptions, _ ssh: SSHArguments, _ reach: ReachOptions, _ run: RunOptions
    ) throws {
        let given = tree.given + ssh.given + reach.given + run.given
        guard let first = given.first else { return }
        throw ValidationError(
            "\(first) is decided when a tree is built: give it to plush up, not to a command on an overlay that stands")
    }
}

extension TreeOptions {
    /// The options that were given.
    var given: [String] {
        [("--tree", tree != nil), ("--fanout", fanout != nil), ("--depth", depth != nil)].filter(\.1).map(\.0)
    }
}

extension SSHArguments {
    /// The options that were given and concern logins.
    var given: [String] {
        [
            ("-l", user != nil), ("--identity", !identities.isEmpty), ("-F", configuration != nil),
            ("--host-key", hostKeyPolicy != nil), ("--launch-window", launchWindow != nil),
        ].filter(\.1).map(\.0)
    }
}

extension ReachOptions {
    /// The options that were given, and not as they are anyway, and concern the launch.
    var given: [String] {
        [("-t", connect != LaunchOptions.Standard.connect), ("--agent", agent != nil)].filter(\.1).map(\.0)
    }
}

extension RunOptions {
    /// The options that were given, and not as they are anyway, and concern the launch.
    var given: [String] {
        [("--lease", lease != LaunchOptions.Standard.lease), ("--agent-log", agentLog != nil)].filter(\.1).map(\.0)
    }
}
