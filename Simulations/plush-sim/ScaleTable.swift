import PlushSimulator
import PlushTree

/// One measured point with the name under which its shape was asked for.
struct ScalePoint {
    let name: String
    let row: ScaleRow
    /// What the simulation took.
    let wallSeconds: Double
}

/// A sweep's results, and what was assumed.
struct ScaleTable {
    let points: [ScalePoint]
    let model: ScaleModel
    let assumptions: String

    static let heads = [
        "hosts", "tree", "depth", "launch", "fan-out", "bound", "round trip", "rollup", "root messages", "root bytes",
        "busiest node", "barrier", "barrier messages", "at the root",
    ]

    /// Times with three digits and a unit, for people. A time that differs from its closed form has that behind it.
    var cells: [[String]] {
        points.map { point in
            let row = point.row
            return [
                ScaleText.count(row.hosts), point.name, "\(row.depth)", ScaleText.time(row.launch),
                ScaleText.time(row.command.fanOut, expected: row.theory.fanOut), ScaleText.time(row.theory.bound),
                ScaleText.time(row.command.roundTrip), ScaleText.time(row.command.rollup),
                ScaleText.count(row.command.rootMessages), ScaleText.count(Int(row.command.rootBytes)),
                "\(row.command.busiest): \(ScaleText.count(row.command.busiestMessages))",
                ScaleText.time(row.barrier.release, expected: row.theory.barrier),
                ScaleText.count(row.barrier.messages), ScaleText.count(row.barrier.rootMessages),
            ]
        }
    }

    var text: String {
        let rows = [Self.heads] + cells
        let widths = Self.heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { cell, width in String(repeating: " ", count: width - cell.count) + cell }
                .joined(separator: "  ")
        }
        return ([assumptions, ""] + lines).joined(separator: "\n") + "\n"
    }

    var markdown: String {
        let rule = Self.heads.map { $0 == "tree" || $0 == "busiest node" ? "---" : "--:" }
        let lines = ([Self.heads, rule] + cells).map { "| " + $0.joined(separator: " | ") + " |" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Everything in nanoseconds, for programs.
    var csv: String {
        let heads = [
            "hosts", "tree", "depth", "root_children", "launch_ns", "fan_out_ns", "fan_out_closed_form_ns",
            "postal_bound_ns", "round_trip_ns", "rollup_ns", "barrier_ns", "barrier_closed_form_ns",
            "barrier_messages", "barrier_root_messages", "root_messages", "root_bytes", "busiest",
            "busiest_messages", "events",
        ]
        let lines = points.map { point -> String in
            let row = point.row
            let numbers: [UInt64] = [
                row.launch, row.command.fanOut, row.theory.fanOut, row.theory.bound, row.command.roundTrip,
                row.command.rollup, row.barrier.release, row.theory.barrier, UInt64(row.barrier.messages),
                UInt64(row.barrier.rootMessages), UInt64(row.command.rootMessages), row.command.rootBytes,
            ]
            // A name may have a comma: postal:20ms,50us.
            let name = point.name.contains(",") ? "\"\(point.name)\"" : point.name
            return "\(row.hosts),\(name),\(row.depth),\(row.rootChildren),"
                + numbers.map { "\($0)" }.joined(separator: ",")
                + ",\(row.command.busiest),\(row.command.busiestMessages),\(row.occurrences)"
        }
        return ([heads.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }
}
