import PlushTree

extension SpecificationWalk {
    /// Walks a directory file from its root.
    static func directory(from root: MarkupElement, file: String) throws(SpecificationError) -> HostDirectory {
        var walk = SpecificationWalk(file: file)
        let result = walk.directory(root)
        guard walk.faults.isEmpty else { throw SpecificationError(walk.faults) }
        return result
    }

    private mutating func directory(_ root: MarkupElement) -> HostDirectory {
        guard isRoot(root, of: .directory) else { return HostDirectory(groups: []) }
        let elements = inspect(root, as: .directory).all(.group)
        var namesLeft = NodeSetLimits.namesMax  // Of the whole file.
        let groups = elements.map { group($0, namesLeft: &namesLeft) }
        refuseRepeated(groups.map(\.name), elements: elements, within: "the file")
        return HostDirectory(groups: groups)
    }

    private mutating func group(_ element: MarkupElement, namesLeft: inout Int) -> HostDirectory.Group {
        let parts = inspect(element, as: .group)
        var group = HostDirectory.Group(name: groupName(of: element), hosts: [], line: element.line)
        group.type = word(of: element, as: HostDirectory.Group.Kind.self) ?? .ssh
        group.user = user(of: element)
        group.port = port(of: element)
        if group.user == nil, group.type == .plab, !group.name.isEmpty {
            if NodeSet.HostName.isUser(group.name) {
                group.user = group.name
            } else {
                fault(
                    .missing, at: element,
                    "the attribute \"user\" is missing; a group of type \"plab\" without it is logged in to under its "
                        + "name, and \(Wording.quoted(group.name)) is no name of a user")
            }
        }
        var seen: Set<NodeSet.HostName> = []
        for part in parts.all(.hosts) {
            _ = inspect(part, as: .hosts)
            for host in hosts(part, namesLeft: &namesLeft) where seen.insert(host).inserted {
                group.hosts.append(host)
            }
        }
        return group
    }

    /// The name of a group is what `<resource group="...">` may say, not the name of a file.
    private mutating func groupName(of element: MarkupElement) -> String {
        guard let name = element.attribute("name") else { return "" }
        if !name.isEmpty, name == oneLine(name), name.utf8.count <= SpecificationLimits.nameBytesMax { return name }
        fault(
            .value, at: element,
            "found name=\(Wording.quoted(name)); a group's name is text without blanks around it, at most "
                + "\(SpecificationLimits.nameBytesMax) bytes, such as name=\"lab\"")
        return ""
    }

    private mutating func user(of element: MarkupElement) -> String? {
        guard let user = element.attribute("user") else { return nil }
        if NodeSet.HostName.isUser(user) { return user }
        fault(.value, at: element, "found user=\(Wording.quoted(user)); write the name of a user, or leave it out")
        return nil
    }

    private mutating func port(of element: MarkupElement) -> UInt16? {
        guard let written = element.attribute("port") else { return nil }
        if let port = NodeSet.HostName.port(written) { return port }
        fault(
            .value, at: element,
            "found port=\(Wording.quoted(written)); write a number from 1 to 65535, or leave it out")
        return nil
    }

    private mutating func hosts(_ element: MarkupElement, namesLeft: inout Int) -> [NodeSet.HostName] {
        do throws(NodeSetError) {
            var hosts: [NodeSet.HostName] = []
            let names = try NodeSet.expand(element.text, limit: namesLeft)
            if names.isEmpty {
                fault(.missing, at: element, "found no text; write it as in \(ElementKind.hosts.example)")
            }
            namesLeft -= names.count
            for name in names { hosts.append(try NodeSet.HostName(name)) }
            return hosts
        } catch {
            fault(error.code == .limit ? .limit : .value, at: element, error.description)
            return []
        }
    }
}
