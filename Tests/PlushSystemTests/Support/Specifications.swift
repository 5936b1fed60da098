/// Specifications as tests need them.
enum Specifications {
    /// One configuration with one cluster that runs a shell line.
    static func shell(
        _ line: String, hosts: Int = 3, minimum: Int? = nil, software: String = "", uses: String = "",
        after: String = ""
    ) -> String {
        """
        <plush><project name="p">
        \(software)
        <configuration name="c">
        \(cluster("workers", line, hosts: hosts, minimum: minimum, uses: uses, after: after))
        </configuration></project></plush>
        """
    }

    static func cluster(
        _ name: String, _ line: String, hosts: Int, minimum: Int? = nil, uses: String = "", after: String = ""
    ) -> String {
        let least = minimum.map { "<min_hosts>\($0)</min_hosts>" } ?? ""
        return """
            <cluster name="\(name)">\(uses)
            <rspec><num_hosts>\(hosts)</num_hosts>\(least)</rspec>
            <execution><process name="\(name)-work"><path>/bin/sh</path>
            <cmdline><arg>-c</arg><arg>\(line)</arg></cmdline></process></execution>
            \(after)</cluster>
            """
    }

    /// Software of one package that is a file beside the specification.
    static func software(_ name: String, type: String, file: String) -> String {
        """
        <software name="\(name)" type="\(type)">
        <package name="\(file)" type="file"><path>\(file)</path></package></software>
        """
    }
}

/// Specifications with barriers.
extension Specifications {
    /// One configuration of clusters.
    static func configuration(_ clusters: String..., software: String = "") -> String {
        """
        <plush><project name="p">\(software)<configuration name="c">
        \(clusters.joined(separator: "\n"))
        </configuration></project></plush>
        """
    }

    /// A cluster whose execution is written out, one element a line.
    static func cluster(
        _ name: String, hosts: Int, minimum: Int? = nil, uses: String = "", execution: String...
    ) -> String {
        let least = minimum.map { "<min_hosts>\($0)</min_hosts>" } ?? ""
        return """
            <cluster name="\(name)">\(uses)<rspec><num_hosts>\(hosts)</num_hosts>\(least)</rspec><execution>
            \(execution.joined(separator: "\n"))
            </execution></cluster>
            """
    }

    /// A process that runs a line of `/bin/sh`, which is escaped here; `barriers`: elements.
    static func process(_ name: String, _ line: String, shell: String = "/bin/sh", barriers: String = "") -> String {
        let escaped = line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return "<process name=\"\(name)\"><path>\(shell)</path><cmdline><arg>-c</arg><arg>\(escaped)</arg></cmdline>"
            + "\(barriers)</process>"
    }
}
