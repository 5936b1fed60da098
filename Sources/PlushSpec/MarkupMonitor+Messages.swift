import CXML2

extension MarkupMonitor {
    /// Turns an error of libxml2 into a fault: the mistakes that people make by hand get words of their own.
    func takeError(_ error: xmlError, element: String?) {
        guard error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        let line = Int(error.line)
        switch xmlParserErrors(rawValue: UInt32(bitPattern: error.code)) {
        case XML_ERR_TAG_NAME_MISMATCH:
            let opened = error.str1.map { String(cString: $0) } ?? element ?? "?"
            let closed = error.str2.map { String(cString: $0) } ?? "?"
            report(
                .malformed, line: line, element: opened,
                "opened on line \(error.int1), but found </\(closed)>; write </\(opened)> before it")
        case XML_ERR_TAG_NOT_FINISHED:
            let opened = error.str1.map { String(cString: $0) } ?? element ?? "?"
            report(
                .malformed, line: line, element: opened,
                "opened on line \(error.int1), but the file ends before </\(opened)>; is the file cut off?")
        case XML_ERR_DOCUMENT_EMPTY:
            report(.malformed, line: line, "this is not XML; \(language.noun) begins with <\(language.root.tag)>")
        case XML_ERR_DOCUMENT_END:
            report(
                .malformed, line: line,
                "found more after the end of the first element; all stands inside <\(language.root.tag)>")
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY:
            let entity = error.str1.map { String(cString: $0) } ?? "?"
            report(
                .malformed, line: line, element: element,
                "found &\(entity); which is not known; there are &amp; &lt; &gt; &quot; &apos; "
                    + "and numbers such as &#10;")
        case XML_ERR_ATTRIBUTE_REDEFINED:
            let attribute = error.str1.map { String(cString: $0) } ?? "?"
            report(
                .duplicate, line: line, element: element,
                "inside it, the attribute \"\(attribute)\" comes twice in one tag; write it once")
        case XML_ERR_NAME_REQUIRED, XML_ERR_ENTITYREF_SEMICOL_MISSING, XML_ERR_LT_IN_ATTRIBUTE:
            report(
                .malformed, line: line, element: element,
                "not well-formed XML: \(libraryMessage(error)); write &amp; for & and &lt; for < in a text")
        default:
            report(.malformed, line: line, element: element, "not well-formed XML: \(libraryMessage(error))")
        }
    }
}

/// The message of libxml2 on one line, without its final newline.
func libraryMessage(_ error: xmlError) -> String {
    guard let message = error.message else { return "error \(error.code)" }
    return oneLine(String(cString: message))
}

/// A text of libxml2 as a string; wrong UTF-8 cannot come, and would be repaired.
func text(_ pointer: UnsafePointer<xmlChar>?) -> String {
    pointer.map { String(decodingCString: $0, as: UTF8.self) } ?? ""
}
