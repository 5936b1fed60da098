import PlushController
import PlushTree

/// How output of commands is shown.
enum OutputStyle {
    /// As it comes.
    case plain
    /// Every line begins with its host.
    case labelled
    /// Equal output of hosts once, at the end.
    case folded
}

/// Shows a run: for people, or for programs.
protocol Renderer {
    mutating func show(_ event: ControllerEvent)
    mutating func finish(_ summary: Summary)
}

/// The names behind ranks.
struct HostNames {
    let names: [String]

    func fold(_ ranks: RankSet) -> String {
        NodeSet.fold(ranks.map(name))
    }

    func name(_ rank: Rank) -> String {
        Int(rank.value) < names.count ? names[Int(rank.value)] : rank.description
    }

    func path(_ path: [Rank]) -> String {
        path.map(name).joined(separator: " > ")
    }
}
