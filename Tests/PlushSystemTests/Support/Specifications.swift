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
