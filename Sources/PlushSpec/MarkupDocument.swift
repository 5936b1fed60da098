import CXML2

/// A document that libxml2 parsed: the root as a value for the walk, the tree itself for the schema.
final class MarkupDocument {
    let root: MarkupElement
    private let tree: xmlDocPtr

    /// libxml2 sets up its tables once, before any two threads use it.
    private static let prepared: Void = xmlInitParser()

    /// Parses bytes that ``SpecificationBytes`` has found to be UTF-8, with no network, no DTD, and no output.
    /// The language chooses the words of faults, nothing else.
    init(
        parsing bytes: [UInt8], file: String, language: MarkupLanguage = .application
    ) throws(SpecificationError) {
        Self.prepared
        let monitor = MarkupMonitor(file: file, language: language)
        guard let context = xmlNewParserCtxt() else {
            throw SpecificationError(file, .limit, "libxml2 has no memory left for the file")
        }
        defer { xmlFreeParserCtxt(context) }
        monitor.install(in: context)
        // The bytes are UTF-8 whatever the declaration says; elements' lines are kept by the monitor.
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_BIG_LINES.rawValue | XML_PARSE_IGNORE_ENC.rawValue
            | XML_PARSE_NOCDATA.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let parsed = withExtendedLifetime(monitor) {
            bytes.withUnsafeBytes { buffer in
                xmlCtxtReadMemory(
                    context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil,
                    Int32(bitPattern: options))
            }
        }
        guard monitor.fault == nil, let parsed, let top = xmlDocGetRootElement(parsed) else {
            if let parsed { xmlFreeDoc(parsed) }
            let fault = monitor.fault
            throw fault.map { SpecificationError([$0]) } ?? SpecificationError(file, .malformed, "not well-formed XML")
        }
        tree = parsed
        root = Self.element(top)
    }

    deinit {
        xmlFreeDoc(tree)
    }

    /// Lends the tree to the schema.
    func withTree<Result>(_ body: (xmlDocPtr) -> Result) -> Result {
        body(tree)
    }

    /// The line that the monitor noted for an element, or for the element around another node.
    static func line(of node: xmlNodePtr?) -> Int {
        var current = node
        while let candidate = current, candidate.pointee.type != XML_ELEMENT_NODE {
            current = candidate.pointee.parent
        }
        guard let noted = current?.pointee._private else { return 1 }
        return Int(bitPattern: noted)
    }

    /// Recursion ends because the monitor admitted no more than `depthMax` levels.
    private static func element(_ node: xmlNodePtr) -> MarkupElement {
        var result = MarkupElement(
            name: text(node.pointee.name), namespace: node.pointee.ns.map { text($0.pointee.href) },
            line: line(of: node), attributes: [], children: [], text: "")
        var attribute = node.pointee.properties
        while let current = attribute {
            result.attributes.append(Self.attribute(current))
            attribute = current.pointee.next
        }
        var child = node.pointee.children
        while let current = child {
            switch current.pointee.type {
            case XML_ELEMENT_NODE: result.children.append(element(current))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: result.text += text(current.pointee.content)
            default: break  // Comments and processing instructions say nothing.
            }
            child = current.pointee.next
        }
        return result
    }

    private static func attribute(_ attribute: xmlAttrPtr) -> MarkupAttribute {
        let prefix = attribute.pointee.ns?.pointee.prefix.map { text($0) + ":" } ?? ""
        var value = ""
        var child = attribute.pointee.children
        while let current = child {
            value += text(current.pointee.content)
            child = current.pointee.next
        }
        return MarkupAttribute(name: prefix + text(attribute.pointee.name), value: value)
    }
}
