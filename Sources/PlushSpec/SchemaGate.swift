import CXML2

/// The last gate: the schema that is shipped for editors must accept what our own walk accepted, or one of the two
/// has drifted. Its messages name parents instead of culprits (libxml2 2.9.14), hence the walk comes first.
enum SchemaGate {
    /// A compiled schema, made once and never freed. libxml2 fills tables of its data types on first use without
    /// a lock of its own: compiling happens once, in the initializer of one static, and validating under our lock.
    /// That is what makes the pointers safe to share and the conformance true.
    private final class Compiled: @unchecked Sendable {
        let schema: xmlRelaxNGPtr?
        let failure: String

        init(_ grammar: String) {
            let reports = Reports()
            schema = grammar.withCString { source in
                let count = Int32(grammar.utf8.count)
                guard let context = xmlRelaxNGNewMemParserCtxt(source, count) else { return nil }
                defer { xmlRelaxNGFreeParserCtxt(context) }
                xmlRelaxNGSetParserStructuredErrors(
                    context, Reports.take, Unmanaged.passUnretained(reports).toOpaque())
                return withExtendedLifetime(reports) { xmlRelaxNGParse(context) }
            }
            failure = reports.first?.message ?? "it cannot be compiled"
        }
    }

    /// Takes libxml2's messages instead of stderr; the first one counts.
    private final class Reports {
        var first: (line: Int, element: String?, message: String)?

        static let take: xmlStructuredErrorFunc = { data, error in
            guard let data, let error else { return }
            let reports = Unmanaged<Reports>.fromOpaque(data).takeUnretainedValue()
            guard reports.first == nil else { return }
            let node = error.pointee.node?.assumingMemoryBound(to: xmlNode.self)
            let element = node?.pointee.type == XML_ELEMENT_NODE ? text(node?.pointee.name) : nil
            // Without a document of the monitor's making (the schema itself) the line is libxml2's.
            let line = node == nil ? Int(error.pointee.line) : MarkupDocument.line(of: node)
            reports.first = (max(line, 1), element, libraryMessage(error.pointee))
        }
    }

    private static let compiled = (
        application: Compiled(SpecificationSchema.relaxNG), directory: Compiled(HostDirectorySchema.relaxNG)
    )
    /// Made once and never changed: the pointer is safe to share, which is what a lock is for.
    nonisolated(unsafe) private static let lock = xmlNewMutex()

    /// Refuses a document that the schema of its language does not accept.
    static func check(
        _ document: MarkupDocument, file: String, language: MarkupLanguage = .application
    ) throws(SpecificationError) {
        let schema =
            switch language {
            case .application: compiled.application
            case .directory: compiled.directory
            }
        if let fault = refusal(of: document, file: file, schema, language) { throw SpecificationError([fault]) }
    }

    private static func refusal(
        of document: MarkupDocument, file: String, _ compiled: Compiled, _ language: MarkupLanguage
    ) -> SpecificationFault? {
        xmlMutexLock(lock)
        defer { xmlMutexUnlock(lock) }
        guard let schema = compiled.schema, let context = xmlRelaxNGNewValidCtxt(schema) else {
            return SpecificationFault(
                code: .schema, file: file, line: 1, message: "the built-in schema fails: \(compiled.failure)")
        }
        defer { xmlRelaxNGFreeValidCtxt(context) }
        let reports = Reports()
        xmlRelaxNGSetValidStructuredErrors(context, Reports.take, Unmanaged.passUnretained(reports).toOpaque())
        let verdict = withExtendedLifetime(reports) {
            document.withTree { xmlRelaxNGValidateDoc(context, $0) }
        }
        guard verdict != 0 else { return nil }
        let first = reports.first
        return SpecificationFault(
            code: .schema, file: file, line: first?.line ?? 1, element: first?.element,
            message: "refused by the schema (plush validate \(language.schemaFlag)): "
                + (first?.message ?? "no reason given"))
    }
}
