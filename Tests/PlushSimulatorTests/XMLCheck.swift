import Foundation
import FoundationXML

/// Reads a drawing as any viewer's parser would.
final class XMLCheck: NSObject, XMLParserDelegate {
    private(set) var isWellFormed = false
    private(set) var paths = 0
    private(set) var words: [String] = []

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if element == "path" { paths += 1 }
        // A number that came out as "nan" or "inf" would be drawn nowhere.
        for value in attributes.values where value.contains("nan") || value.contains("inf") {
            words.append("?\(value)")
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        words.append(text)
    }
}
