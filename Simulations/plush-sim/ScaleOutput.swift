import ArgumentParser
import Foundation
import SimulationPlots

/// Where a sweep's results go.
enum ScaleOutput {
    enum Format: String, CaseIterable {
        case text, markdown, csv, svg
    }

    /// What `--format` asks for; without it the text, or with a directory everything.
    static func formats(_ text: String?, directory: String?) throws -> [Format] {
        guard let text else { return directory == nil ? [.text] : Format.allCases }
        let formats = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let format = Format(rawValue: String(word)) else {
                throw ValidationError("--format takes text, markdown, csv and svg, not '\(word)'")
            }
            return format
        }
        if directory == nil, formats.contains(.svg) { throw ValidationError("--format svg needs --output DIRECTORY") }
        return formats
    }

    /// Before an hour of simulation, not after it.
    static func prepare(_ directory: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw ValidationError("--output: \(directory) cannot be made: \(error.localizedDescription)")
        }
    }

    static func write(_ table: ScaleTable, as formats: [Format], to directory: String?) throws {
        guard let directory else {
            for format in formats { print(content(of: table, format), terminator: "") }
            return
        }
        for format in formats {
            switch format {
            case .text: try save(table.text, "scale.txt", directory)
            case .markdown: try save(table.markdown, "scale.md", directory)
            case .csv: try save(table.csv, "scale.csv", directory)
            case .svg:
                for (name, chart) in ScalePlots.all(table) { try save(chart.svg, name, directory) }
            }
        }
    }

    private static func content(of table: ScaleTable, _ format: Format) -> String {
        switch format {
        case .text: return table.text
        case .markdown: return table.markdown
        case .csv: return table.csv
        case .svg: return ""
        }
    }

    static func save(_ text: String, _ name: String, _ directory: String) throws {
        let path = "\(directory)/\(name)"
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
        }
        print(path)
    }
}
