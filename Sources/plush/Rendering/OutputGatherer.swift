import PlushController
import PlushTree

/// Gathers output until the end, each distinct piece once, and groups the hosts whose whole output is equal.
struct OutputGatherer {
    /// Hosts with equal output.
    struct Group {
        let ranks: RankSet
        let output: [UInt8]
        let error: [UInt8]
    }

    private struct Piece: Hashable {
        let isError: Bool
        let number: UInt32
        let content: Int
    }

    private var contents: [[UInt8]] = []
    private var indexByContent: [[UInt8]: Int] = [:]
    private var pieces: [Rank: [Piece]] = [:]

    mutating func add(_ output: ControllerEvent.Output) {
        let content: Int
        if let known = indexByContent[output.bytes] {
            content = known
        } else {
            content = contents.count
            contents.append(output.bytes)
            indexByContent[output.bytes] = content
        }
        let piece = Piece(isError: output.isError, number: output.number, content: content)
        for rank in output.ranks { pieces[rank, default: []].append(piece) }
    }

    /// The groups, by their smallest rank. Pieces may have come out of order; their numbers tell.
    func groups() -> [Group] {
        var ranksByPieces: [[Piece]: [Rank]] = [:]
        for (rank, unsorted) in pieces {
            let sorted = unsorted.sorted { ($0.isError ? 1 : 0, $0.number) < ($1.isError ? 1 : 0, $1.number) }
            ranksByPieces[sorted, default: []].append(rank)
        }
        return ranksByPieces.map { pieces, ranks in
            Group(
                ranks: RankSet(ranks), output: pieces.filter { !$0.isError }.flatMap { contents[$0.content] },
                error: pieces.filter(\.isError).flatMap { contents[$0.content] })
        }
        .sorted { ($0.ranks.first ?? Rank(0)) < ($1.ranks.first ?? Rank(0)) }
    }
}
