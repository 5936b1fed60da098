extension SpecificationWalk {
    mutating func process(
        _ element: MarkupElement, isOnly: Bool, cluster: Cluster, barriers: inout [BarrierUse],
    ) -> ProcessSpecification {
        let parts = inspect(element, as: .process)
        var process = ProcessSpecification(name: name(of: element, isOnly: isOnly), path: "", line: element.line)
        if let path = parts.first(.processPath) {
            _ = inspect(path, as: .processPath)
            process.path = pathText(path, .processPath)
        }
        if let commandLine = parts.first(.commandLine) {
            process.arguments = inspect(commandLine, as: .commandLine).all(.argument).map {
                _ = inspect($0, as: .argument)
                return boundedText($0)
            }
        }
        if let environment = parts.first(.environment) {
            let elements = inspect(environment, as: .environment).all(.variable)
            process.environment = elements.map { variable($0) }
            refuseRepeated(process.environment.map(\.name), elements: elements, within: "the process")
        }
        if let directory = parts.first(.workingDirectory) {
            _ = inspect(directory, as: .workingDirectory)
            process.workingDirectory = insidePath(directory, .workingDirectory)
        }
        if let timeout = parts.first(.timeout) {
            _ = inspect(timeout, as: .timeout)
            process.timeout = duration(timeout)
        }
        let elements = parts.all(.barrier)
        let uses = elements.map { barrierUse($0, kind: .processes, cluster: cluster) }
        process.barriers = uses.map(\.barrier.name)
        refuseRepeated(process.barriers, elements: elements, within: "the process")
        barriers += uses
        return process
    }

    private mutating func variable(_ element: MarkupElement) -> EnvironmentVariable {
        _ = inspect(element, as: .variable)
        let value = boundedText(element)
        guard let name = element.attribute("name") else {
            return EnvironmentVariable(name: "", value: value, line: element.line)
        }
        let isSound =
            !name.isEmpty && name.utf8.count <= SpecificationLimits.nameBytesMax
            && name.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "_") }
            && !Self.isDigit(name.utf8.first ?? 0)
        if !isSound {
            fault(
                .value, at: element,
                "found name=\(Wording.quoted(name)); a variable's name has letters, digits and _, does not begin "
                    + "with a digit, and has at most \(SpecificationLimits.nameBytesMax) characters")
        } else if name.hasPrefix("PLUSH_") {
            fault(
                .value, at: element,
                "found name=\"\(name)\"; names that begin with PLUSH_ are set by Plush, choose another")
        }
        return EnvironmentVariable(name: name, value: value, line: element.line)
    }

    /// A time such as `250ms`, `5s`, `2m`, `1h`, `7d`.
    private mutating func duration(_ element: MarkupElement) -> Duration? {
        let written = trimmed(element.text)
        let digits = written.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Duration] = [
            "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600), "d": .seconds(86_400),
        ]
        // Nine digits of days fit a Duration, so the product cannot overflow.
        if let unit = units[String(written.dropFirst(digits.count))], digits.count <= 9, digits.first != "0",
            let count = Int(digits), unit * count <= SpecificationLimits.timeoutMax
        {
            return unit * count
        }
        fault(
            written.isEmpty ? .missing : .value, at: element,
            "found \(Wording.quoted(written)); write a number and a unit of ms, s, m, h or d, such as 300s or 5m, "
                + "of at most 366d")
        return nil
    }
}
