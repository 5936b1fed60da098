import BarrierStudies
import Foundation

/// A study's figures, as people and programs read them.
struct StudyTable {
    enum Format: String {
        case text, markdown, csv

        var ending: String {
            switch self {
            case .text: return "txt"
            case .markdown: return "md"
            case .csv: return "csv"
            }
        }
    }

    private let heads: [String]
    private let rows: [[String]]

    init(knee rows: [KneeStudy.Row]) {
        heads = ["detector"] + ArrivalModel.allCases.map(\.rawValue)
        self.rows = KneeStudy.detectors.map { name, _ in
            let cells = ArrivalModel.allCases.map { model -> String in
                guard let row = rows.first(where: { $0.model == model && $0.detector == name }) else { return "" }
                return "\(Self.percent(row.saved)) / \(Self.percent(row.givenUp))"
            }
            return [name] + cells
        }
    }

    init(throttle rows: [ThrottleTable.Row]) {
        let best = ThrottleTable.bestFixed()
        heads =
            ["limit", "100 transfers", "of the best fixed", "at the end"]
            + ThrottleTable.moves.map { "\($0.from) to \($0.to)" }
        let fixed = [100, 25, best.limit].map { limit -> [String] in
            let seconds = TransferModel().seconds(count: 100, limit: limit)
            let name = limit == best.limit ? "fixed, \(limit) (the best)" : "fixed, \(limit)"
            return [name, Self.seconds(seconds), Self.part(seconds / best.seconds)]
                + Array(repeating: "-", count: 1 + ThrottleTable.moves.count)
        }
        self.rows =
            fixed.reduce(into: []) { rows, row in
                if !rows.contains(where: { $0[1] == row[1] }) { rows.append(row) }
            }
            + rows.map { row in
                [row.name, Self.seconds(row.seconds), Self.part(row.ofBestFixed), Self.part(row.atTheEnd)]
                    + row.afterMoves.map(Self.part)
            }
    }

    private static func percent(_ part: Double) -> String {
        String(format: "%.0f", part * 100)
    }

    private static func seconds(_ value: Double) -> String {
        String(format: "%.0f s", value)
    }

    private static func part(_ value: Double) -> String {
        String(format: "%.2f", value)
    }

    func text(_ format: Format) -> String {
        let all = [heads] + rows
        switch format {
        case .csv: return all.map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
        case .markdown:
            let rule = ["---"] + heads.dropFirst().map { _ in "--:" }
            return ([heads, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
                + "\n"
        case .text:
            let widths = heads.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
            let lines = all.map { row in
                zip(row, widths).enumerated().map { column, cell in
                    let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                    return column == 0 ? cell.0 + blanks : blanks + cell.0
                }.joined(separator: "  ")
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private static func quoted(_ cell: String) -> String {
        cell.contains(",") ? "\"\(cell)\"" : cell
    }
}
