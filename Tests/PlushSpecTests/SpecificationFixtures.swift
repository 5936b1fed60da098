@testable import PlushSpec

/// A valid document that uses every element; tests change one place of it.
let fullText = """
    <plush>
      <project name="p">
        <software name="tools" type="tgz">
          <package name="tools.tgz" type="web"> <path>http://example.org/tools.tgz</path> </package>
        </software>
        <software name="data" type="none">
          <package name="data.txt" type="file"> <path>data.txt</path> </package>
        </software>
        <configuration name="main">
          <cluster name="workers">
            <software name="tools"/>
            <software name="data"/>
            <rspec> <num_hosts>50</num_hosts> <min_hosts>48</min_hosts> </rspec>
            <execution>
              <process name="work">
                <path>./work</path>
                <cmdline> <arg>300</arg> <arg> a b </arg> </cmdline>
                <environment> <variable name="MODE">fast</variable> </environment>
                <cwd>run</cwd>
                <timeout>5m</timeout>
              </process>
            </execution>
            <output> <path>results.txt</path> </output>
            <cleanup> <command>rm -rf scratch</command> </cleanup>
          </cluster>
          <resources> <resource type="ssh" group="lab"/> </resources>
        </configuration>
        <application name="app">
          <execution> <configuration name="main"/> </execution>
        </application>
      </project>
    </plush>

    """

/// The least document, with room for more inside.
func shortText(process: String = "", cluster: String = "", configuration: String = "", hosts: String = "2") -> String {
    """
    <plush><project><configuration>\(configuration)<cluster>\(cluster)
    <rspec><num_hosts>\(hosts)</num_hosts></rspec>
    <execution><process><path>/bin/true</path>\(process)</process></execution>
    </cluster></configuration></project></plush>
    """
}

/// The faults of a text, empty where it parses.
func faults(_ text: String) -> [SpecificationFault] {
    faults(Array(text.utf8))
}

func faults(_ bytes: [UInt8]) -> [SpecificationFault] {
    do {
        _ = try SpecificationParser.parse(bytes, fileName: "app.xml")
        return []
    } catch {
        return error.faults
    }
}

/// Whether the schema by itself accepts a text; nil where it is not well-formed.
func schemaAccepts(_ text: String) -> Bool? {
    guard let document = try? MarkupDocument(parsing: Array(text.utf8), file: "app.xml") else { return nil }
    do {
        try SchemaGate.check(document, file: "app.xml")
        return true
    } catch {
        return false
    }
}

/// SplitMix64: a mutation test must be the same on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
