extension SpecificationWalk {
    mutating func project(_ element: MarkupElement, isOnly: Bool) -> Project {
        let parts = inspect(element, as: .project)
        let name = name(of: element, isOnly: isOnly)
        let softwareElements = parts.all(.software)
        let software = softwareElements.map { self.software($0) }
        refuseRepeated(software.map(\.name), elements: softwareElements, within: "the project")

        let definedSoftware = Definitions(names: software.map(\.name), plainFiles: plainFiles(of: software))
        let configurationElements = parts.all(.configuration)
        let configurations = configurationElements.map {
            configuration($0, isOnly: configurationElements.count == 1, software: definedSoftware)
        }
        refuseRepeated(configurations.map(\.name), elements: configurationElements, within: "the project")

        let definedConfigurations = Definitions(names: configurations.map(\.name))
        let applicationElements = parts.all(.application)
        var applications = applicationElements.map {
            application($0, isOnly: applicationElements.count == 1, configurations: definedConfigurations)
        }
        refuseRepeated(applications.map(\.name), elements: applicationElements, within: "the project")
        if applicationElements.isEmpty {
            let all = configurations.map { Reference(name: $0.name, line: $0.line) }
            applications = [Application(name: name, configurations: all, line: element.line)]
        }
        return Project(
            name: name, software: software, configurations: configurations, applications: applications,
            line: element.line)
    }

    /// The names under which the packages of plain files are delivered, by software.
    private func plainFiles(of software: [Software]) -> [String: [String]] {
        let plain = software.filter { $0.type == .none }
        return Dictionary(plain.map { ($0.name, $0.packages.map(\.name)) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func software(_ element: MarkupElement) -> Software {
        let parts = inspect(element, as: .software)
        let name = requiredName(of: element)
        let type = word(of: element, as: Software.Kind.self) ?? .none
        let elements = parts.all(.package)
        let packages = elements.map { packageValue($0) }
        refuseRepeated(packages.map(\.name), elements: elements, within: "the software")
        return Software(name: name, type: type, packages: packages, line: element.line)
    }

    private mutating func packageValue(_ element: MarkupElement) -> Package {
        let parts = inspect(element, as: .package)
        let name = requiredName(of: element)
        let type = word(of: element, as: Package.Kind.self)
        var path = ""
        if let pathElement = parts.first(.packagePath) {
            _ = inspect(pathElement, as: .packagePath)
            switch type {
            case .file: path = localPath(pathElement)
            case .web: path = webAddress(pathElement)
            case nil: path = filledText(pathElement, .packagePath)
            }
        }
        return Package(name: name, type: type ?? .file, path: path, line: element.line)
    }

    private mutating func configuration(
        _ element: MarkupElement, isOnly: Bool, software: Definitions,
    ) -> Configuration {
        let parts = inspect(element, as: .configuration)
        let name = name(of: element, isOnly: isOnly)
        let elements = parts.all(.cluster)
        var uses: [BarrierUse] = []
        let clusters = elements.map {
            cluster($0, isOnly: elements.count == 1, software: software, barriers: &uses)
        }
        refuseRepeated(clusters.map(\.name), elements: elements, within: "the configuration")
        var resources = [Resource(type: .local, line: element.line)]
        if let pool = parts.first(.resources) {
            resources = inspect(pool, as: .resources).all(.resource).map { resource($0) }
        }
        return Configuration(
            name: name, clusters: clusters, barriers: barriers(uses), resources: resources, line: element.line)
    }

    private mutating func resource(_ element: MarkupElement) -> Resource {
        _ = inspect(element, as: .resource)
        var type = ""
        if let written = element.attribute("type") {
            type = written
            if !Self.isName(written) {
                fault(
                    .value, at: element,
                    "found type=\(Wording.quoted(written)); a type is a word such as \"local\", \"ssh\" or \"plab\"")
            }
        }
        let group = element.attribute("group")
        if let group, group.isEmpty || group != oneLine(group) || group.utf8.count > SpecificationLimits.textBytesMax {
            fault(
                .value, at: element,
                "found group=\(Wording.quoted(group)); a group is text without blanks around it, "
                    + "such as group=\"ucsd_3\", or left out")
        }
        return Resource(type: Resource.Kind(type), group: group, line: element.line)
    }

    private mutating func application(
        _ element: MarkupElement, isOnly: Bool, configurations: Definitions,
    ) -> Application {
        let parts = inspect(element, as: .application)
        let name = name(of: element, isOnly: isOnly)
        var references: [Reference] = []
        if let execution = parts.first(.applicationExecution) {
            let elements = inspect(execution, as: .applicationExecution).all(.configurationReference)
            references = elements.map { reference($0, as: .configurationReference, to: configurations) }
        }
        return Application(name: name, configurations: references, line: element.line)
    }
}
