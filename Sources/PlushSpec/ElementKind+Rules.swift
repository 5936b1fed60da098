extension ElementKind {
    /// How often an element stands in the one around it.
    package enum Occurrence: Sendable {
        case optional, one, any, oneOrMore

        var isRequired: Bool { self == .one || self == .oneOrMore }
        var isSingle: Bool { self == .one || self == .optional }
    }

    /// What may stand inside, in any order.
    package var children: [(kind: ElementKind, occurs: Occurrence)] {
        switch self {
        case .plush: [(.project, .oneOrMore)]
        case .project: [(.software, .any), (.configuration, .oneOrMore), (.application, .any)]
        case .software: [(.package, .oneOrMore)]
        case .package: [(.packagePath, .one)]
        case .configuration: [(.cluster, .oneOrMore), (.resources, .optional)]
        case .resources: [(.resource, .oneOrMore)]
        case .cluster:
            [
                (.softwareReference, .any), (.demand, .one), (.execution, .one), (.output, .optional),
                (.cleanup, .optional),
            ]
        case .demand: [(.hostCount, .one), (.minimumHosts, .optional)]
        case .execution: [(.process, .oneOrMore), (.barrier, .any)]
        case .process:
            [
                (.processPath, .one), (.commandLine, .optional), (.environment, .optional),
                (.workingDirectory, .optional), (.timeout, .optional), (.barrier, .any),
            ]
        case .commandLine: [(.argument, .any)]
        case .environment: [(.variable, .oneOrMore)]
        case .output: [(.outputPath, .oneOrMore)]
        case .cleanup: [(.command, .oneOrMore)]
        case .application: [(.applicationExecution, .one)]
        case .applicationExecution: [(.configurationReference, .oneOrMore)]
        case .directory: [(.group, .oneOrMore)]
        case .group: [(.hosts, .oneOrMore)]
        case .packagePath, .resource, .softwareReference, .hostCount, .minimumHosts, .barrier, .processPath, .argument,
            .variable, .workingDirectory, .timeout, .outputPath, .command, .configurationReference, .hosts:
            []
        }
    }

    /// Whether it holds text.
    package var holdsText: Bool {
        switch self {
        case .packagePath, .hostCount, .minimumHosts, .processPath, .argument, .variable, .workingDirectory, .timeout,
            .outputPath, .command, .hosts:
            true
        case .plush, .project, .software, .package, .configuration, .resources, .resource, .cluster,
            .softwareReference, .demand, .execution, .barrier, .process, .commandLine, .environment, .output, .cleanup,
            .application, .applicationExecution, .configurationReference, .directory, .group:
            false
        }
    }

    /// The attributes it may have, and whether it must. Names that may be left out are judged by the walk, because
    /// that depends on the neighbours.
    package var attributes: [(name: String, isRequired: Bool)] {
        switch self {
        case .software, .package: [("name", true), ("type", true)]
        case .softwareReference, .configurationReference, .variable: [("name", true)]
        case .project, .configuration, .cluster, .process, .application: [("name", false)]
        case .resource: [("type", true), ("group", false)]
        case .barrier:
            [
                ("name", true), ("entry", false), ("release", false), ("late", false), ("stragglers", false),
                ("stragglers_after", false), ("stragglers_on", false),
            ]
        case .group: [("name", true), ("type", false), ("user", false), ("port", false)]
        case .plush, .packagePath, .resources, .demand, .hostCount, .minimumHosts, .execution, .processPath,
            .commandLine, .argument, .environment, .workingDirectory, .timeout, .output, .outputPath, .cleanup,
            .command, .applicationExecution, .directory, .hosts:
            []
        }
    }

    /// What it looks like, for the faults that miss it.
    package var example: String {
        switch self {
        case .plush: "<plush> ... </plush>"
        case .project: "<project name=\"demo\"> ... </project>"
        case .software: "<software name=\"tools\" type=\"tar\"> ... </software>"
        case .package: "<package name=\"tools.tar\" type=\"file\"> ... </package>"
        case .packagePath: "<path>tools.tar</path>"
        case .configuration: "<configuration> ... </configuration>"
        case .resources: "<resources> <resource type=\"local\"/> </resources>"
        case .resource: "<resource type=\"local\"/>"
        case .cluster: "<cluster> ... </cluster>"
        case .softwareReference: "<software name=\"tools\"/>"
        case .demand: "<rspec> <num_hosts>16</num_hosts> </rspec>"
        case .hostCount: "<num_hosts>16</num_hosts>"
        case .minimumHosts: "<min_hosts>12</min_hosts>"
        case .execution: "<execution> <process> ... </process> </execution>"
        case .barrier: "<barrier name=\"ready\" entry=\"95%/30s\"/>"
        case .process: "<process> <path>./run</path> </process>"
        case .processPath: "<path>./run</path>"
        case .commandLine: "<cmdline> <arg>300</arg> </cmdline>"
        case .argument: "<arg>300</arg>"
        case .environment: "<environment> <variable name=\"MODE\">fast</variable> </environment>"
        case .variable: "<variable name=\"MODE\">fast</variable>"
        case .workingDirectory: "<cwd>data</cwd>"
        case .timeout: "<timeout>5m</timeout>"
        case .output: "<output> <path>results.txt</path> </output>"
        case .outputPath: "<path>results.txt</path>"
        case .cleanup: "<cleanup> <command>rm -rf scratch</command> </cleanup>"
        case .command: "<command>rm -rf scratch</command>"
        case .application: "<application> <execution> ... </execution> </application>"
        case .applicationExecution: "<execution> <configuration name=\"demo\"/> </execution>"
        case .configurationReference: "<configuration name=\"demo\"/>"
        case .directory: "<directory> ... </directory>"
        case .group: "<group name=\"lab\"> <hosts>n[001-100]</hosts> </group>"
        case .hosts: "<hosts>n[001-100], m7</hosts>"
        }
    }

    /// The elements of a language in which an element of that name may stand, by name, each once.
    package static func homes(of tag: String, in language: MarkupLanguage = .application) -> [String] {
        var homes: [String] = []
        for kind in allCases where kind.language == language && kind.children.contains(where: { $0.kind.tag == tag }) {
            if !homes.contains(kind.tag) { homes.append(kind.tag) }
        }
        return homes
    }
}
