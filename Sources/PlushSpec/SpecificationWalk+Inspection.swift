extension SpecificationWalk {
    /// The known children of an element, by kind.
    struct Parts {
        fileprivate(set) var found: [(kind: ElementKind, element: MarkupElement)] = []

        func all(_ kind: ElementKind) -> [MarkupElement] {
            found.filter { $0.kind == kind }.map(\.element)
        }

        func first(_ kind: ElementKind) -> MarkupElement? {
            found.first { $0.kind == kind }?.element
        }
    }

    /// Checks what stands in an element against the rules of its kind: unknown, missing and repeated elements and
    /// attributes, and text where none belongs.
    mutating func inspect(_ element: MarkupElement, as kind: ElementKind) -> Parts {
        inspectAttributes(element, as: kind)
        if !kind.holdsText {
            let stray = oneLine(element.text)
            if !stray.isEmpty {
                let inside = kind.children.map { "<\($0.kind.tag)>" }
                fault(
                    .value, at: element,
                    "found the text \(Wording.quoted(stray)); "
                        + (inside.isEmpty ? "it holds nothing" : "it holds \(Wording.choice(inside))"))
            }
        }
        var parts = Parts()
        var meant: Set<String> = []
        for child in element.children {
            if let rule = kind.children.first(where: { $0.kind.tag == child.name }),
                child.namespace == element.namespace
            {
                if rule.occurs.isSingle, let earlier = parts.first(rule.kind) {
                    fault(
                        .duplicate, at: child,
                        "found twice in <\(element.name)>, first on line \(earlier.line); write it once")
                } else {
                    parts.found.append((rule.kind, child))
                }
            } else if let guess = refuseUnknown(child, in: element, as: kind) {
                meant.insert(guess)
            }
        }
        for rule in kind.children where rule.occurs.isRequired && parts.first(rule.kind) == nil {
            // What was misspelt has its fault already.
            if meant.contains(rule.kind.tag) { continue }
            fault(
                .missing, at: element,
                "<\(rule.kind.tag)> is missing; inside <\(element.name)> write \(rule.kind.example)")
        }
        return parts
    }

    /// Reports an element that may not stand here; returns the name that was probably meant.
    private mutating func refuseUnknown(
        _ child: MarkupElement, in parent: MarkupElement, as kind: ElementKind,
    ) -> String? {
        let here = kind.children.map(\.kind.tag)
        if child.namespace != parent.namespace {
            fault(
                .unknownElement, at: child,
                "found with a namespace; the elements of \(kind.language.noun) have none, so remove prefix and xmlns")
            return here.contains(child.name) ? child.name : nil
        }
        let known = here.map { "<\($0)>" }
        let holds =
            if kind.holdsText {
                "<\(parent.name)> holds only text"
            } else if known.isEmpty {
                "<\(parent.name)> holds nothing"
            } else {
                "known: \(Wording.choice(known))"
            }
        let homes = ElementKind.homes(of: child.name, in: kind.language)
        if !homes.isEmpty {
            let places = Wording.choice(homes.map { "<\($0)>" })
            fault(.unknownElement, at: child, "found in <\(parent.name)>, but it belongs in \(places)")
            return nil
        }
        if let guess = suggestion(for: child.name, among: here) {
            fault(.unknownElement, at: child, "unknown in <\(parent.name)>; did you mean <\(guess)>?")
            return guess
        }
        let others = ElementKind.allCases.filter { $0.language == kind.language }.map(\.tag)
        if let guess = suggestion(for: child.name, among: others) {
            let places = Wording.choice(ElementKind.homes(of: guess, in: kind.language).map { "<\($0)>" })
            fault(
                .unknownElement, at: child,
                "unknown in <\(parent.name)>; the nearest name is <\(guess)>, which belongs in \(places)")
            return nil
        }
        fault(.unknownElement, at: child, "unknown in <\(parent.name)>; \(holds)")
        return nil
    }

    private mutating func inspectAttributes(_ element: MarkupElement, as kind: ElementKind) {
        let known = kind.attributes.map(\.name)
        var meant: Set<String> = []
        for attribute in element.attributes {
            if known.contains(attribute.name) {
                if attribute.value.utf8.count > SpecificationLimits.textBytesMax {
                    fault(
                        .limit, at: element,
                        "the attribute \"\(attribute.name)\" has more than \(SpecificationLimits.textBytesMax) bytes")
                }
                continue
            }
            let found = "unknown attribute \(Wording.quoted(attribute.name))"
            if let guess = suggestion(for: attribute.name, among: known) {
                meant.insert(guess)
                fault(.unknownAttribute, at: element, "\(found); did you mean \"\(guess)\"?")
            } else if known.isEmpty {
                fault(.unknownAttribute, at: element, "\(found); it has none, remove it")
            } else {
                let choice = Wording.choice(known.map { "\"\($0)\"" })
                fault(.unknownAttribute, at: element, "\(found); it may have \(choice)")
            }
        }
        for rule in kind.attributes where rule.isRequired && element.attribute(rule.name) == nil {
            if meant.contains(rule.name) { continue }
            fault(
                .missing, at: element, "the attribute \"\(rule.name)\" is missing; write it as in \(kind.example)")
        }
    }
}
