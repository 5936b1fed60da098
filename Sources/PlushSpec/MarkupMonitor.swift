import CXML2

/// Watches one run of libxml2: takes its errors instead of stderr, and stops it at the first thing not wanted.
///
/// The parser context reaches it through `_private`, because libxml2 hands its callbacks the context alone.
final class MarkupMonitor {
    let file: String
    /// Which language's words its faults use.
    let language: MarkupLanguage
    /// Only the first fault counts: what libxml2 reports after it follows from it.
    private(set) var fault: SpecificationFault?
    private var elementCount = 0

    init(file: String, language: MarkupLanguage) {
        self.file = file
        self.language = language
    }

    func report(_ code: SpecificationFault.Code, line: Int, element: String? = nil, _ message: String) {
        guard fault == nil else { return }
        fault = SpecificationFault(code: code, file: file, line: max(line, 1), element: element, message: message)
    }

    /// Sets the callbacks. Everything else of libxml2's tree builder stays as it is.
    func install(in context: xmlParserCtxtPtr) {
        context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.sax.pointee.serror = { data, error in
            guard let error, let monitor = MarkupMonitor.of(data) else { return }
            monitor.takeError(error.pointee, element: MarkupMonitor.currentElement(data))
        }
        context.pointee.sax.pointee.internalSubset = { data, _, _, _ in
            guard let context = data?.assumingMemoryBound(to: xmlParserCtxt.self) else { return }
            let monitor = MarkupMonitor.of(data)
            monitor?.report(
                .documentType, line: MarkupMonitor.line(of: context),
                "found <!DOCTYPE; \(monitor?.language.noun ?? "the file") has no document type declaration and no "
                    + "entities of its own: remove it")
            xmlStopParser(context)
        }
        context.pointee.sax.pointee.startElementNs = {
            data, name, prefix, uri, namespaceCount, namespaces, attributeCount, defaultedCount, attributes in
            guard let context = data?.assumingMemoryBound(to: xmlParserCtxt.self) else { return }
            let line = MarkupMonitor.lineOfTagStart(context)
            let depth = Int(context.pointee.nodeNr) + 1
            let accepted = MarkupMonitor.of(data)?.admitsElement(
                named: text(name), depth: depth, attributeCount: Int(attributeCount), line: line)
            guard accepted == true else {
                xmlStopParser(context)
                return
            }
            xmlSAX2StartElementNs(
                data, name, prefix, uri, namespaceCount, namespaces, attributeCount, defaultedCount, attributes)
            // libxml2 keeps the line where the tag ends, in 16 bits; `_private` is the caller's and holds a whole one.
            context.pointee.node?.pointee._private = UnsafeMutableRawPointer(bitPattern: line)
        }
    }

    private func admitsElement(named name: String, depth: Int, attributeCount: Int, line: Int) -> Bool {
        elementCount += 1
        if depth > SpecificationLimits.depthMax {
            report(
                .limit, line: line, element: name,
                "elements are nested \(depth) deep; at most \(SpecificationLimits.depthMax) are accepted")
        } else if elementCount > SpecificationLimits.elementsMax {
            report(
                .limit, line: line, element: name,
                "more than \(SpecificationLimits.elementsMax) elements in one file; split it")
        } else if attributeCount > SpecificationLimits.attributesMax {
            report(
                .limit, line: line, element: name,
                "\(attributeCount) attributes; at most \(SpecificationLimits.attributesMax) are accepted")
        }
        return fault == nil
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> MarkupMonitor? {
        guard let owner = data?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private else { return nil }
        return Unmanaged<MarkupMonitor>.fromOpaque(owner).takeUnretainedValue()
    }

    private static func line(of context: xmlParserCtxtPtr) -> Int {
        Int(context.pointee.input?.pointee.line ?? 1)
    }

    /// The parser stands at the end of the tag; a raw `<` cannot be inside it, so the last one before is its start.
    private static func lineOfTagStart(_ context: xmlParserCtxtPtr) -> Int {
        guard let input = context.pointee.input, let base = input.pointee.base, var cursor = input.pointee.cur else {
            return 1
        }
        var line = Int(input.pointee.line)
        while cursor > base {
            cursor -= 1
            if cursor.pointee == UInt8(ascii: "<") { break }
            if cursor.pointee == UInt8(ascii: "\n") { line -= 1 }
        }
        return max(line, 1)
    }

    private static func currentElement(_ data: UnsafeMutableRawPointer?) -> String? {
        guard let node = data?.assumingMemoryBound(to: xmlParserCtxt.self).pointee.node,
            node.pointee.type == XML_ELEMENT_NODE
        else { return nil }
        return text(node.pointee.name)
    }
}
