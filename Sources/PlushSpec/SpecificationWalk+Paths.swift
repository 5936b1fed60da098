/// The checks of paths and addresses. Each returns the text, even of a faulty one.
extension SpecificationWalk {
    /// A path of any sort: one line, of a length that the system accepts.
    mutating func pathText(_ element: MarkupElement, _ kind: ElementKind) -> String {
        let path = filledText(element, kind)
        if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            fault(
                .value, at: element,
                "found a line break or another control character in \(Wording.quoted(path)); a path is one line")
        } else if path.utf8.count > SpecificationLimits.pathBytesMax {
            fault(
                .limit, at: element,
                "the path has \(path.utf8.count) bytes; at most \(SpecificationLimits.pathBytesMax) are accepted")
        }
        return path
    }

    /// A path on the controller's machine.
    mutating func localPath(_ element: MarkupElement) -> String {
        let path = pathText(element, .packagePath)
        if path.contains("://") {
            fault(
                .value, at: element,
                "found \(Wording.quoted(path)) in a package of type \"file\"; write a local path, or "
                    + "type=\"web\" for an http or https URL")
        }
        return path
    }

    /// A path that stays inside the directory where the software was installed.
    mutating func insidePath(_ element: MarkupElement, _ kind: ElementKind) -> String {
        let path = pathText(element, kind)
        let reason: String? =
            if path.hasPrefix("/") {
                "it is absolute"
            } else if path.split(separator: "/").contains("..") {
                "it leads out through \"..\""
            } else {
                nil
            }
        if let reason {
            fault(
                .value, at: element,
                "found \(Wording.quoted(path)), but \(reason); write a path inside the directory where the software "
                    + "is installed, such as \(kind.example)")
        }
        return path
    }

    /// An http or https URL with a host.
    mutating func webAddress(_ element: MarkupElement) -> String {
        let address = filledText(element, .packagePath)
        if address.isEmpty { return address }
        let lowered = address.lowercased()
        let scheme = ["http://", "https://"].first { lowered.hasPrefix($0) }
        let host = lowered.dropFirst(scheme?.count ?? 0).prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" }
        let isOneWord = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
        if scheme == nil || host.isEmpty || !isOneWord {
            let other = address.contains("://") ? "" : ", or type=\"file\" for a local path"
            fault(
                .value, at: element,
                "found \(Wording.quoted(address)) in a package of type \"web\"; write an http or https URL without "
                    + "blanks, such as http://example.org/tools.tar\(other)")
        } else if address.utf8.count > SpecificationLimits.urlBytesMax {
            fault(
                .limit, at: element,
                "the URL has \(address.utf8.count) bytes; at most \(SpecificationLimits.urlBytesMax) are accepted")
        }
        return address
    }
}
