import PlushController
import PlushTree
import Synchronization

/// How output of commands is shown.
enum OutputStyle {
    /// As it comes.
    case plain
    /// Every line begins with its host.
    case labelled
    /// Equal output of hosts once, at the end.
    case folded
    /// The same, with errors below the output.
    case together
    /// The output of most hosts, and how that of others differs from it.
    case difference
    /// The numbers in the output, summarised.
    case statistics
    /// Not at all: it goes elsewhere.
    case hidden

    /// Whether output is kept to the end, and folded on its way.
    var gathers: Bool {
        switch self {
        case .folded, .together, .difference, .statistics: true
        case .plain, .labelled, .hidden: false
        }
    }
}

/// Shows a run: for people, or for programs.
protocol Renderer {
    mutating func show(_ event: ControllerEvent)
    /// Shows what was kept to the end, and the account; nil where there is none, because the run goes on.
    mutating func finish(_ summary: Summary?)
}

/// The names behind ranks.
final class HostNames: Sendable {
    let names: [String]
    private let memory = Mutex<[RankSet: String]>([:])

    init(names: [String]) {
        self.names = names
    }

    /// The same sets are told again and again, and folding irregular names takes a while.
    func fold(_ ranks: RankSet) -> String {
        if ranks.count == 1, let rank = ranks.first { return name(rank) }
        return memory.withLock { memory in
            if let known = memory[ranks] { return known }
            if memory.count >= Self.rememberedMax { memory = [:] }
            let text = NodeSet.fold(ranks.map(name))
            memory[ranks] = text
            return text
        }
    }

    private static let rememberedMax = 64

    func name(_ rank: Rank) -> String {
        Int(rank.value) < names.count ? names[Int(rank.value)] : rank.description
    }

    /// A rank as somebody's parent.
    func parentName(_ rank: Rank) -> String {
        rank == .controller ? "the controller" : name(rank)
    }

    func path(_ path: [Rank]) -> String {
        path.map(name).joined(separator: " > ")
    }
}
