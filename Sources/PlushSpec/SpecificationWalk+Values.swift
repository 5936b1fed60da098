/// The checks of names, numbers, paths and other texts.
extension SpecificationWalk {
    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Names become names of files and directories: nothing that a shell or `ls` would hide or take for an option.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= SpecificationLimits.nameBytesMax else { return false }
        let inner: Set<UInt8> = [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")]
        return (isLetter(first) || isDigit(first) || first == UInt8(ascii: "_"))
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || inner.contains($0) }
    }

    /// The name, which may be left out where the element is the only one of its kind beside it.
    mutating func name(of element: MarkupElement, isOnly: Bool) -> String {
        if element.attribute("name") != nil { return requiredName(of: element) }
        if isOnly { return element.name }
        fault(
            .missing, at: element,
            "the attribute \"name\" is missing; where there are several <\(element.name)> each needs one")
        return ""
    }

    /// The name as written; a missing one is reported by the inspection.
    mutating func requiredName(of element: MarkupElement) -> String {
        guard let name = element.attribute("name") else { return "" }
        if Self.isName(name) { return name }
        fault(
            .value, at: element,
            "found name=\(Wording.quoted(name)); a name has letters, digits, _, - and ., begins with none of - and ., "
                + "and has at most \(SpecificationLimits.nameBytesMax) characters")
        return ""
    }

    mutating func reference(_ element: MarkupElement, as kind: ElementKind, to defined: Definitions) -> Reference {
        _ = inspect(element, as: kind)
        let name = requiredName(of: element)
        if !name.isEmpty, !defined.known.contains(name) {
            let names = defined.names
            let help =
                if let guess = suggestion(for: name, among: names) {
                    "did you mean \"\(guess)\"?"
                } else if names.isEmpty {
                    "the project defines none, so define it there"
                } else {
                    "defined: \(Wording.choice(names.prefix(8).map { "\"\($0)\"" }))"
                }
            fault(.undefined, at: element, "\"\(name)\" is not defined in the project; \(help)")
        }
        return Reference(name: name, line: element.line)
    }

    /// Reports each name that came before in the same list. An empty one has its fault already.
    mutating func refuseRepeated(_ names: [String], elements: [MarkupElement], within place: String) {
        var first: [String: Int] = [:]
        for (name, element) in zip(names, elements) where !name.isEmpty {
            if let line = first[name] {
                fault(
                    .duplicate, at: element,
                    "\(Wording.quoted(name)) comes twice in \(place), first on line \(line); each stands once")
            } else {
                first[name] = element.line
            }
        }
    }

    /// One of the words of an enumeration, from the attribute `type`.
    mutating func word<Kind: RawRepresentable<String> & CaseIterable>(
        of element: MarkupElement, as kind: Kind.Type,
    ) -> Kind? {
        guard let written = element.attribute("type") else { return nil }
        if let value = Kind(rawValue: written) { return value }
        let words = Kind.allCases.map(\.rawValue)
        let guess = suggestion(for: written, among: words).map { " (did you mean \"\($0)\"?)" } ?? ""
        let choice = Wording.choice(words.map { "\"\($0)\"" })
        fault(.value, at: element, "found type=\(Wording.quoted(written)); write \(choice)\(guess)")
        return nil
    }

    /// A number of hosts.
    mutating func hostNumber(_ element: MarkupElement, _ kind: ElementKind) -> Int? {
        _ = inspect(element, as: kind)
        let written = trimmed(element.text)
        let isPlain = !written.isEmpty && written.utf8.allSatisfy(Self.isDigit) && written.utf8.first != 0x30
        if isPlain, let number = Int(written), number <= SpecificationLimits.hostsMax { return number }
        fault(
            written.isEmpty ? .missing : .value, at: element,
            "found \(Wording.quoted(written)); write a whole number from 1 to \(SpecificationLimits.hostsMax), "
                + "such as \(kind.example)")
        return nil
    }

    /// The text exactly as written, which may be empty.
    mutating func boundedText(_ element: MarkupElement) -> String {
        if element.text.utf8.count > SpecificationLimits.textBytesMax {
            fault(
                .limit, at: element,
                "the text has \(element.text.utf8.count) bytes; at most \(SpecificationLimits.textBytesMax) "
                    + "are accepted, so put it into a file and ship that")
        }
        return element.text
    }

    /// The text without blanks around it, which may not be empty.
    mutating func filledText(_ element: MarkupElement, _ kind: ElementKind) -> String {
        let written = trimmed(boundedText(element))
        if written.isEmpty { fault(.missing, at: element, "found no text; write it as in \(kind.example)") }
        return written
    }
}
