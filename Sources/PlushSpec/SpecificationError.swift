/// Why a specification was refused: every fault that was found, sorted by line.
public struct SpecificationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The faults, at least one and at most ``SpecificationLimits/faultsMax``.
    public let faults: [SpecificationFault]
    /// How many more were found than are kept.
    public let omittedCount: Int

    /// Sorts faults by line, those of one line in the order given, and keeps the first of them.
    package init(_ found: [SpecificationFault]) {
        let sorted = found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
        let kept = sorted.prefix(SpecificationLimits.faultsMax).map(\.element)
        omittedCount = found.count - kept.count
        faults = kept
    }

    /// One line for each fault, each beginning `FILE:LINE:`.
    public var description: String {
        var lines = faults.map(\.description)
        if omittedCount > 0, let last = faults.last {
            lines.append("\(last.file):\(last.line): \(omittedCount) more faults follow; mend these first")
        }
        return lines.joined(separator: "\n")
    }
}
