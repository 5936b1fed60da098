extension SpecificationWalk {
    mutating func cluster(
        _ element: MarkupElement, isOnly: Bool, software: Definitions, barriers: inout [BarrierUse],
    ) -> Cluster {
        let parts = inspect(element, as: .cluster)
        var cluster = Cluster(
            name: name(of: element, isOnly: isOnly), hostCount: 1, processes: [], line: element.line)
        let references = parts.all(.softwareReference)
        cluster.software = references.map { reference($0, as: .softwareReference, to: software) }
        refuseRepeated(cluster.software.map(\.name), elements: references, within: "the cluster")
        refuseClashes(of: cluster.software, elements: references, software: software)
        if let demand = parts.first(.demand) {
            (cluster.hostCount, cluster.minimumHosts) = hostCounts(demand)
        }
        if let execution = parts.first(.execution) {
            execute(execution, in: &cluster, barriers: &barriers)
        }
        if let output = parts.first(.output) {
            let elements = inspect(output, as: .output).all(.outputPath)
            cluster.outputPaths = elements.map {
                _ = inspect($0, as: .outputPath)
                return insidePath($0, .outputPath)
            }
            refuseRepeated(cluster.outputPaths, elements: elements, within: "the outputs of the cluster")
        }
        if let cleanup = parts.first(.cleanup) {
            cluster.cleanupCommands = inspect(cleanup, as: .cleanup).all(.command).map {
                _ = inspect($0, as: .command)
                return filledText($0, .command)
            }
        }
        return cluster
    }

    /// Processes and barriers in the order of the file: a barrier begins a new stage.
    private mutating func execute(
        _ execution: MarkupElement, in cluster: inout Cluster, barriers: inout [BarrierUse],
    ) {
        let parts = inspect(execution, as: .execution)
        let processElements = parts.all(.process)
        var stages: [Cluster.Stage] = []
        var names: [(name: String, element: MarkupElement)] = []
        for (kind, element) in parts.found {
            if kind == .barrier {
                let use = barrierUse(element, kind: .hosts, cluster: cluster)
                barriers.append(use)
                names.append((use.barrier.name, element))
                stages.append(
                    Cluster.Stage(
                        barrier: use.barrier.name, processes: cluster.processes.count..<cluster.processes.count))
            } else {
                let process = process(
                    element, isOnly: processElements.count == 1, cluster: cluster, barriers: &barriers)
                cluster.processes.append(process)
                let from = stages.last?.processes.lowerBound ?? 0
                let stage = Cluster.Stage(barrier: stages.last?.barrier, processes: from..<cluster.processes.count)
                if stages.isEmpty { stages.append(stage) } else { stages[stages.count - 1] = stage }
            }
        }
        cluster.stages = stages
        refuseBarriersOfSeveralStages(cluster, processElements)
        refuseRepeated(cluster.processes.map(\.name), elements: processElements, within: "the cluster")
        refuseRepeated(names.map(\.name), elements: names.map(\.element), within: "the execution of the cluster")
    }

    /// Processes of a later stage start when those of the earlier have ended, so they cannot wait for one another.
    private mutating func refuseBarriersOfSeveralStages(_ cluster: Cluster, _ elements: [MarkupElement]) {
        var stageByName: [String: Int] = [:]
        for (number, stage) in cluster.stages.enumerated() {
            for index in stage.processes {
                for name in cluster.processes[index].barriers where stageByName[name, default: number] != number {
                    fault(
                        .duplicate, at: elements[index],
                        "the barrier \"\(name)\" is entered by a process before a barrier and by one behind it, which "
                            + "never run together; give the second a barrier of another name")
                }
                for name in cluster.processes[index].barriers { stageByName[name] = number }
            }
        }
    }

    private mutating func hostCounts(_ demand: MarkupElement) -> (wanted: Int, minimum: Int?) {
        let parts = inspect(demand, as: .demand)
        let wanted = parts.first(.hostCount).flatMap { hostNumber($0, .hostCount) }
        let minimumElement = parts.first(.minimumHosts)
        let minimum = minimumElement.flatMap { hostNumber($0, .minimumHosts) }
        if let wanted, let minimum, let minimumElement, minimum > wanted {
            fault(
                .value, at: minimumElement,
                "found \(minimum), but <num_hosts> is \(wanted); write at most \(wanted)")
        }
        return (wanted ?? 1, minimum)
    }

    /// Plain files are delivered under their packages' names into one directory, so two of one name cannot be.
    private mutating func refuseClashes(of used: [Reference], elements: [MarkupElement], software: Definitions) {
        var owners: [String: String] = [:]
        for (reference, element) in zip(used, elements) {
            for package in software.plainFiles[reference.name] ?? [] where !package.isEmpty {
                if let owner = owners[package], owner != reference.name {
                    fault(
                        .duplicate, at: element,
                        "its file \"\(package)\" is also in the software \"\(owner)\" of this cluster, and both "
                            + "go to one directory; rename one package")
                } else {
                    owners[package] = reference.name
                }
            }
        }
    }
}
