import PlushSpec
import Testing

/// One change that makes the full document wrong, and what the parser should say about it.
struct BadChange: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var line: Int
    var element: String
    var code: SpecificationFault.Code
    var telling: String
    /// Whether the schema can see it too.
    var schemaSees = true

    var text: String { fullText.replacing(old, with: new, maxReplacements: 1) }
    var testDescription: String { "\(old) -> \(new)" }
}

let badChanges: [BadChange] = unknownChanges + missingChanges + repeatedChanges + valueChanges + pathChanges

private let unknownChanges = [
    BadChange(
        old: "<cwd>run</cwd>", new: "<cmd>run</cmd>", line: 19, element: "cmd", code: .unknownElement,
        telling: "did you mean <cwd>?"),
    BadChange(
        old: "<cwd>run</cwd>", new: "<Timeuot>1s</Timeuot>", line: 19, element: "Timeuot", code: .unknownElement,
        telling: "did you mean <timeout>?"),
    BadChange(
        old: "<cwd>run</cwd>", new: "<num_hosts>1</num_hosts>", line: 19, element: "num_hosts",
        code: .unknownElement, telling: "belongs in <rspec>"),
    BadChange(
        old: "<cwd>run</cwd>", new: "<resorces/>", line: 19, element: "resorces", code: .unknownElement,
        telling: "the nearest name is <resources>, which belongs in <configuration>"),
    BadChange(
        old: "<cwd>run</cwd>", new: "<kubernetes/>", line: 19, element: "kubernetes", code: .unknownElement,
        telling: "known: <path>, <cmdline>, <environment>, <cwd>, <timeout> or <barrier>"),
    BadChange(
        old: "<arg>300</arg>", new: "<arg>3<b>0</b>0</arg>", line: 17, element: "b", code: .unknownElement,
        telling: "<arg> holds only text"),
    BadChange(
        old: "<configuration name=\"main\"/>", new: "<configuration name=\"main\"/><application name=\"app\"/>",
        line: 29, element: "application", code: .unknownElement, telling: "belongs in <project>"),
    BadChange(
        old: "<cwd>run</cwd>", new: "<x:cwd xmlns:x=\"urn:x\">run</x:cwd>", line: 19, element: "cwd",
        code: .unknownElement, telling: "have none, so remove prefix"),
    BadChange(
        old: "<resource type=\"ssh\"", new: "<resource type=\"ssh\" gruop=\"x\"", line: 26, element: "resource",
        code: .unknownAttribute, telling: "did you mean \"group\"?"),
    BadChange(
        old: "<process name=\"work\"", new: "<process nmae=\"work\"", line: 15, element: "process",
        code: .unknownAttribute, telling: "did you mean \"name\"?"),
    BadChange(
        old: "<rspec>", new: "<rspec hosts=\"3\">", line: 13, element: "rspec", code: .unknownAttribute,
        telling: "it has none, remove it"),
    BadChange(
        old: "<execution>\n", new: "<execution> run\n", line: 14, element: "execution", code: .value,
        telling: "found the text \"run\"; it holds <process> or <barrier>"),
    BadChange(
        old: "group=\"lab\"/>", new: "group=\"lab\">here</resource>", line: 26, element: "resource", code: .value,
        telling: "it holds nothing"),
]

private let missingChanges = [
    BadChange(
        old: "<num_hosts>50</num_hosts>", new: "", line: 13, element: "rspec", code: .missing,
        telling: "<num_hosts> is missing; inside <rspec> write <num_hosts>16</num_hosts>"),
    BadChange(
        old: "<path>./work</path>", new: "", line: 15, element: "process", code: .missing,
        telling: "<path> is missing"),
    BadChange(
        old: "<path>data.txt</path>", new: "", line: 7, element: "package", code: .missing,
        telling: "<path> is missing"),
    BadChange(
        old: "<variable name=\"MODE\">fast</variable>", new: "", line: 18, element: "environment", code: .missing,
        telling: "<variable> is missing"),
    BadChange(
        old: "<resource type=\"ssh\" group=\"lab\"/>", new: "", line: 26, element: "resources", code: .missing,
        telling: "write <resource type=\"local\"/>"),
    BadChange(
        old: "<command>rm -rf scratch</command>", new: "", line: 24, element: "cleanup", code: .missing,
        telling: "<command> is missing"),
    BadChange(
        old: "<configuration name=\"main\"/>", new: "", line: 29, element: "execution", code: .missing,
        telling: "<configuration> is missing"),
    BadChange(
        old: "<software name=\"tools\"/>", new: "<software/>", line: 11, element: "software", code: .missing,
        telling: "the attribute \"name\" is missing"),
    BadChange(
        old: "name=\"tools.tgz\" type=\"web\"", new: "name=\"tools.tgz\"", line: 4, element: "package", code: .missing,
        telling: "the attribute \"type\" is missing"),
    BadChange(
        old: "type=\"ssh\" ", new: "", line: 26, element: "resource", code: .missing,
        telling: "the attribute \"type\" is missing"),
    BadChange(
        old: "<path>./work</path>", new: "<path> </path>", line: 16, element: "path", code: .missing,
        telling: "found no text; write it as in <path>./run</path>"),
    BadChange(
        old: "<command>rm -rf scratch</command>", new: "<command/>", line: 24, element: "command", code: .missing,
        telling: "found no text"),
    BadChange(
        old: "<num_hosts>50", new: "<num_hosts>", line: 13, element: "num_hosts", code: .missing,
        telling: "write a whole number"),
]

private let repeatedChanges = [
    BadChange(
        old: "<cwd>run</cwd>", new: "<cwd>run</cwd>\n<cwd>b</cwd>", line: 20, element: "cwd", code: .duplicate,
        telling: "found twice in <process>, first on line 19"),
    BadChange(
        old: "<software name=\"data\" type=\"none\">",
        new: "<software name=\"tools\" type=\"tar\"><package name=\"a\" type=\"file\"><path>a</path></package>"
            + "</software>\n<software name=\"data\" type=\"none\">",
        line: 6, element: "software", code: .duplicate,
        telling: "\"tools\" comes twice in the project, first on line 3", schemaSees: false),
    BadChange(
        old: "<software name=\"data\"/>", new: "<software name=\"tools\"/>", line: 12, element: "software",
        code: .duplicate, telling: "comes twice in the cluster", schemaSees: false),
    BadChange(
        old: "</process>", new: "</process>\n<process name=\"work\"><path>x</path></process>", line: 22,
        element: "process", code: .duplicate, telling: "first on line 15", schemaSees: false),
    BadChange(
        old: "</variable>", new: "</variable>\n<variable name=\"MODE\"/>", line: 19, element: "variable",
        code: .duplicate, telling: "\"MODE\" comes twice in the process, first on line 18", schemaSees: false),
    BadChange(
        old: "<path>results.txt</path>", new: "<path>a</path>\n<path>a</path>", line: 24, element: "path",
        code: .duplicate, telling: "comes twice in the outputs", schemaSees: false),
    BadChange(
        old: "</application>",
        new: "</application>\n<application name=\"app\"><execution><configuration name=\"main\"/></execution>"
            + "</application>",
        line: 31, element: "application", code: .duplicate, telling: "first on line 28", schemaSees: false),
    BadChange(
        old: "</package>", new: "</package>\n<package name=\"tools.tgz\" type=\"file\"><path>x</path></package>",
        line: 5, element: "package", code: .duplicate, telling: "comes twice in the software", schemaSees: false),
    BadChange(
        old: "<software name=\"tools\"/>", new: "<software name=\"tool\"/>", line: 11, element: "software",
        code: .undefined, telling: "\"tool\" is not defined in the project; did you mean \"tools\"?",
        schemaSees: false),
    BadChange(
        old: "<configuration name=\"main\"/>", new: "<configuration name=\"xyz\"/>", line: 29,
        element: "configuration", code: .undefined, telling: "defined: \"main\"", schemaSees: false),
]

private let valueChanges = [
    BadChange(
        old: "<num_hosts>50", new: "<num_hosts>fifty", line: 13, element: "num_hosts", code: .value,
        telling: "found \"fifty\"; write a whole number from 1 to 100000"),
    BadChange(
        old: "<min_hosts>48", new: "<min_hosts>0", line: 13, element: "min_hosts", code: .value,
        telling: "found \"0\""),
    BadChange(
        old: "<min_hosts>48", new: "<min_hosts>-3", line: 13, element: "min_hosts", code: .value,
        telling: "found \"-3\""),
    BadChange(
        old: "<min_hosts>48", new: "<min_hosts>+4", line: 13, element: "min_hosts", code: .value,
        telling: "found \"+4\""),
    BadChange(
        old: "<num_hosts>50", new: "<num_hosts>100001", line: 13, element: "num_hosts", code: .value,
        telling: "from 1 to 100000"),
    BadChange(
        old: "<num_hosts>50", new: "<num_hosts>99999999999999999999", line: 13, element: "num_hosts", code: .value,
        telling: "from 1 to 100000"),
    BadChange(
        old: "<num_hosts>50", new: "<num_hosts>\u{665}", line: 13, element: "num_hosts", code: .value,
        telling: "from 1 to 100000"),
    BadChange(
        old: "<min_hosts>48", new: "<min_hosts>51", line: 13, element: "min_hosts", code: .value,
        telling: "found 51, but <num_hosts> is 50; write at most 50", schemaSees: false),
    BadChange(
        old: "type=\"tgz\"", new: "type=\"gz\"", line: 3, element: "software", code: .value,
        telling: "write \"none\", \"tar\" or \"tgz\" (did you mean \"tgz\"?)"),
    BadChange(
        old: "type=\"web\"", new: "type=\"ftp\"", line: 4, element: "package", code: .value,
        telling: "write \"file\" or \"web\""),
    BadChange(
        old: "type=\"ssh\"", new: "type=\"\"", line: 26, element: "resource", code: .value,
        telling: "a type is a word"),
    BadChange(
        old: "group=\"lab\"", new: "group=\"\"", line: 26, element: "resource", code: .value, telling: "group"),
    BadChange(
        old: "<process name=\"work\"", new: "<process name=\"../work\"", line: 15, element: "process", code: .value,
        telling: "a name has letters"),
    BadChange(
        old: "<process name=\"work\"", new: "<process name=\"w&#228;rk\"", line: 15, element: "process", code: .value,
        telling: "a name has letters"),
    BadChange(
        old: "<process name=\"work\"", new: "<process name=\"\(String(repeating: "w", count: 101))\"", line: 15,
        element: "process", code: .value, telling: "at most 100 characters"),
    BadChange(
        old: "<package name=\"data.txt\"", new: "<package name=\".data\"", line: 7, element: "package", code: .value,
        telling: "begins with none of"),
    BadChange(
        old: "<variable name=\"MODE\"", new: "<variable name=\"1MODE\"", line: 18, element: "variable", code: .value,
        telling: "does not begin with a digit"),
    BadChange(
        old: "<variable name=\"MODE\"", new: "<variable name=\"A=B\"", line: 18, element: "variable", code: .value,
        telling: "letters, digits and _"),
    BadChange(
        old: "<variable name=\"MODE\"", new: "<variable name=\"PLUSH_RANK\"", line: 18, element: "variable",
        code: .value, telling: "set by Plush", schemaSees: false),
    BadChange(
        old: "<timeout>5m", new: "<timeout>300", line: 20, element: "timeout", code: .value,
        telling: "found \"300\"; write a number and a unit"),
    BadChange(
        old: "<timeout>5m", new: "<timeout>0s", line: 20, element: "timeout", code: .value, telling: "found \"0s\""),
    BadChange(
        old: "<timeout>5m", new: "<timeout>367d", line: 20, element: "timeout", code: .value, telling: "at most 366d",
        schemaSees: false),
    BadChange(
        old: "<timeout>5m", new: "<timeout>9999999999d", line: 20, element: "timeout", code: .value,
        telling: "at most 366d"),
    BadChange(
        old: "<arg>300</arg>", new: "<arg>\(String(repeating: "x", count: 65_537))</arg>", line: 17, element: "arg",
        code: .limit, telling: "65537 bytes", schemaSees: false),
]

private let pathChanges = [
    BadChange(
        old: "http://example.org/tools.tgz", new: "ftp://example.org/tools.tgz", line: 4, element: "path",
        code: .value, telling: "write an http or https URL"),
    BadChange(
        old: "http://example.org/tools.tgz", new: "tools.tgz", line: 4, element: "path", code: .value,
        telling: "or type=\"file\" for a local path"),
    BadChange(
        old: "http://example.org/tools.tgz", new: "http:///tools.tgz", line: 4, element: "path", code: .value,
        telling: "write an http or https URL", schemaSees: false),
    BadChange(
        old: "http://example.org/tools.tgz", new: "http://example.org/a b", line: 4, element: "path", code: .value,
        telling: "without blanks"),
    BadChange(
        old: "<path>data.txt", new: "<path>https://example.org/data.txt", line: 7, element: "path", code: .value,
        telling: "type=\"web\" for an http or https URL", schemaSees: false),
    BadChange(
        old: "<path>data.txt", new: "<path>a&#10;b", line: 7, element: "path", code: .value,
        telling: "a path is one line", schemaSees: false),
    BadChange(
        old: "<path>results.txt", new: "<path>/etc/passwd", line: 23, element: "path", code: .value,
        telling: "it is absolute", schemaSees: false),
    BadChange(
        old: "<path>results.txt", new: "<path>a/../../b", line: 23, element: "path", code: .value,
        telling: "leads out through \"..\"", schemaSees: false),
    BadChange(
        old: "<cwd>run", new: "<cwd>/tmp", line: 19, element: "cwd", code: .value, telling: "it is absolute",
        schemaSees: false),
    BadChange(
        old: "<cwd>run", new: "<cwd>..", line: 19, element: "cwd", code: .value, telling: "such as <cwd>data</cwd>",
        schemaSees: false),
    BadChange(
        old: "<path>./work", new: "<path>\(String(repeating: "a/", count: 2_048))", line: 16, element: "path",
        code: .limit, telling: "the path has 4096 bytes", schemaSees: false),
]
