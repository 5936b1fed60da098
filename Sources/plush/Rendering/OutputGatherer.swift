import PlushController
import PlushTree

/// Gathers output until the end, each distinct piece once, and groups the hosts whose whole output is equal.
struct OutputGatherer {
    /// Hosts with equal output of one command.
    struct Group {
        /// The command.
        let name: String
        let ranks: RankSet
        let output: [UInt8]
        let error: [UInt8]

        /// The output with the errors below it.
        var whole: [UInt8] {
            let isOpen = !output.isEmpty && !error.isEmpty && output.last != UInt8(ascii: "\n")
            return output + (isOpen ? [UInt8(ascii: "\n")] : []) + error
        }
    }

    private struct Piece: Hashable {
        let isError: Bool
        let number: UInt32
        let content: Int
    }

    private struct Source: Hashable {
        let name: Int
        let rank: Rank
    }

    private struct Whole: Hashable {
        let name: Int
        let output: [UInt8]
        let error: [UInt8]
    }

    private var contents: [[UInt8]] = []
    private var indexByContent: [[UInt8]: Int] = [:]
    private var names: [String] = []
    private var pieces: [Source: [Piece]] = [:]

    mutating func add(_ output: ControllerEvent.Output) {
        let content: Int
        if let known = indexByContent[output.bytes] {
            content = known
        } else {
            content = contents.count
            contents.append(output.bytes)
            indexByContent[output.bytes] = content
        }
        let name = names.firstIndex(of: output.name) ?? names.count
        if name == names.count { names.append(output.name) }
        let piece = Piece(isError: output.isError, number: output.number, content: content)
        for rank in output.ranks { pieces[Source(name: name, rank: rank), default: []].append(piece) }
    }

    /// The groups, by command and then by their smallest rank. Pieces may have come out of order; their numbers tell.
    func groups() -> [Group] {
        var ranksByPieces: [[Piece]: [Int: [Rank]]] = [:]
        for (source, unsorted) in pieces {
            let sorted = unsorted.sorted { ($0.isError ? 1 : 0, $0.number) < ($1.isError ? 1 : 0, $1.number) }
            ranksByPieces[sorted, default: [:]][source.name, default: []].append(source.rank)
        }
        // Equal output may have been cut differently.
        var ranksByWhole: [Whole: RankSet] = [:]
        for (pieces, ranksByName) in ranksByPieces {
            let output = pieces.filter { !$0.isError }.flatMap { contents[$0.content] }
            let error = pieces.filter(\.isError).flatMap { contents[$0.content] }
            for (name, ranks) in ranksByName {
                ranksByWhole[Whole(name: name, output: output, error: error), default: RankSet()]
                    .formUnion(RankSet(ranks))
            }
        }
        return ranksByWhole.sorted {
            ($0.key.name, $0.value.first ?? Rank(0)) < ($1.key.name, $1.value.first ?? Rank(0))
        }
        .map { Group(name: names[$0.key.name], ranks: $0.value, output: $0.key.output, error: $0.key.error) }
    }
}
