import PlushTree

/// Node sets that are no hosts to be reached: any names will do.
public enum NodeSetTexts {
    /// The names of several texts together, each once, in their order. `-`, or no text at all, is standard input, whose
    /// lines are texts; what follows `#` in them is a comment.
    ///
    /// Throws ``ControllerError`` with the text's number, or the line.
    public static func names(of texts: [String], groups: HostGroups) throws(ControllerError) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        func add(_ text: String, _ place: String) throws(ControllerError) {
            do throws(NodeSetError) {
                for name in try NodeSet.expand(text, groups: groups.groups) where seen.insert(name).inserted {
                    names.append(name)
                }
            } catch {
                throw ControllerError(.usage, "\(place): \(error)")
            }
            guard names.count <= NodeSetLimits.namesMax else {
                throw ControllerError(.usage, "\(place): with this there are more than \(NodeSetLimits.namesMax) names")
            }
        }
        for (index, text) in (texts.isEmpty ? ["-"] : texts).enumerated() {
            guard text == "-" else {
                try add(text, "set \(index + 1)")
                continue
            }
            var number = 0
            while let line = readLine() {
                number += 1
                try add(String(line.prefix { $0 != "#" }), "standard input:\(number)")
            }
        }
        return names
    }
}

extension HostGroups {
    /// The names of the groups of some sources, or of all; those of a source that was named, or is not the default one,
    /// with the source before them.
    ///
    /// Throws ``ControllerError``.
    public func names(of sources: [String]) throws(ControllerError) -> [String] {
        do {
            var names: [String] = []
            let all = try sourceNames()
            for source in sources.isEmpty ? all : sources {
                let text = "@@\(source)"
                names += NodeSet.ordered(try NodeSet.expand(text, groups: groups)).map { "@\(source):\($0)" }
            }
            return names
        } catch {
            throw ControllerError(.usage, "\(error)")
        }
    }
}
