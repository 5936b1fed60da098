/// The elements of specifications and directory files, one case for each place where one may stand: `<software>`
/// defines in a project and refers in a cluster.
package enum ElementKind: Sendable, CaseIterable {
    case plush, project
    case software, package, packagePath
    case configuration, resources, resource
    case cluster, softwareReference, demand, hostCount, minimumHosts, execution
    case barrier
    case process, processPath, commandLine, argument, environment, variable, workingDirectory, timeout
    case output, outputPath, cleanup, command
    case application, applicationExecution, configurationReference
    case directory, group, hosts

    /// The language that it belongs to.
    package var language: MarkupLanguage {
        switch self {
        case .directory, .group, .hosts: .directory
        case .plush, .project, .software, .package, .packagePath, .configuration, .resources, .resource, .cluster,
            .softwareReference, .demand, .hostCount, .minimumHosts, .execution, .barrier, .process, .processPath,
            .commandLine, .argument, .environment, .variable, .workingDirectory, .timeout, .output, .outputPath,
            .cleanup, .command,
            .application, .applicationExecution, .configurationReference:
            .application
        }
    }

    /// The name between the angle brackets.
    package var tag: String {
        switch self {
        case .plush: "plush"
        case .project: "project"
        case .software, .softwareReference: "software"
        case .package: "package"
        case .packagePath, .processPath, .outputPath: "path"
        case .configuration, .configurationReference: "configuration"
        case .resources: "resources"
        case .resource: "resource"
        case .cluster: "cluster"
        case .demand: "rspec"
        case .hostCount: "num_hosts"
        case .minimumHosts: "min_hosts"
        case .execution, .applicationExecution: "execution"
        case .barrier: "barrier"
        case .process: "process"
        case .commandLine: "cmdline"
        case .argument: "arg"
        case .environment: "environment"
        case .variable: "variable"
        case .workingDirectory: "cwd"
        case .timeout: "timeout"
        case .output: "output"
        case .cleanup: "cleanup"
        case .command: "command"
        case .application: "application"
        case .directory: "directory"
        case .group: "group"
        case .hosts: "hosts"
        }
    }
}
