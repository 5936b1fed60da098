/// The walk over the elements that makes values and collects every fault on the way. A part that is at fault yields
/// a stand-in, so that the rest is looked at too; the values count only when no fault was found.
struct SpecificationWalk {
    let file: String
    private(set) var faults: [SpecificationFault] = []

    init(file: String) {
        self.file = file
    }

    /// Walks a document from its root.
    static func specification(
        from root: MarkupElement, file: String,
    ) throws(SpecificationError) -> ApplicationSpecification {
        var walk = SpecificationWalk(file: file)
        let result = walk.specification(root)
        guard walk.faults.isEmpty else { throw SpecificationError(walk.faults) }
        return result
    }

    mutating func fault(_ code: SpecificationFault.Code, at element: MarkupElement, _ message: String) {
        let element = SpecificationFault(
            code: code, file: file, line: element.line, element: element.name, message: message)
        faults.append(element)
    }

    /// The candidate that a word probably means. Only for faults that can be shown, and among so many names that a
    /// file made to be slow is not.
    func suggestion(for word: String, among candidates: [String]) -> String? {
        guard faults.count < SpecificationLimits.faultsMax, word.utf8.count <= SpecificationLimits.nameBytesMax else {
            return nil
        }
        return Wording.nearest(to: word, among: Array(candidates.prefix(200)))
    }

    /// Whether the outermost element is that of a language; what it is else is a fault.
    mutating func isRoot(_ root: MarkupElement, of language: MarkupLanguage) -> Bool {
        guard root.name == language.root.tag else {
            let other = MarkupLanguage.allCases.first { $0.root.tag == root.name }.map { "; this is \($0.noun)" } ?? ""
            fault(
                .unknownElement, at: root,
                "found as the outermost element; \(language.noun) is \(language.root.example)\(other)")
            return false
        }
        if let namespace = root.namespace {
            fault(
                .value, at: root,
                "found in the namespace \(Wording.quoted(namespace)); \(language.noun) has none: "
                    + "remove the attribute xmlns")
        }
        return true
    }

    private mutating func specification(_ root: MarkupElement) -> ApplicationSpecification {
        guard isRoot(root, of: .application) else { return ApplicationSpecification(projects: []) }
        let parts = inspect(root, as: .plush)
        let elements = parts.all(.project)
        let projects = elements.map { project($0, isOnly: elements.count == 1) }
        refuseRepeated(projects.map(\.name), elements: elements, within: "the file")
        return ApplicationSpecification(projects: projects)
    }
}
