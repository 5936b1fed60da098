extension ConfigurationScan {
    /// Hosts that the same lines apply to.
    package struct Group: Sendable {
        /// Their positions in the list that was grouped.
        package var hosts: [Int]
        /// What depends on their names; nil: there is but one host, and ssh is asked about it.
        package var template: ConfigurationTemplate?

        /// A host by itself.
        package init(alone host: Int) {
            hosts = [host]
        }

        init(host: Int, template: ConfigurationTemplate) {
            hosts = [host]
            self.template = template
        }
    }

    /// Groups hosts by the lines that apply to them. `names`: what the user called each; `also`: what else ssh is told
    /// about it, such as the user and the port.
    package func groups(names: [String], also: [String]) -> [Group] {
        var groups: [Group] = []
        var places: [Signature: Int] = [:]
        for (index, name) in names.enumerated() {
            guard isComplete, let (signature, template) = signature(of: name, also: also[index]) else {
                groups.append(Group(alone: index))
                continue
            }
            if let place = places[signature] {
                groups[place].hosts.append(index)
            } else {
                places[signature] = groups.count
                groups.append(Group(host: index, template: template))
            }
        }
        return groups
    }

    private struct Signature: Hashable {
        let answers: [UInt8]
        let also: String
    }

    /// Which blocks apply to a host; nil where only ssh can tell.
    private func signature(of name: String, also: String) -> (Signature, ConfigurationTemplate)? {
        var template = ConfigurationTemplate()
        var hasKnownHosts = false
        var answers: [UInt8] = []
        answers.reserveCapacity(blocks.count * (hasFinalPass ? 2 : 1))
        var subject = ConfigurationMatch.Subject(name: name, hostName: name, isFinalPass: false)
        for pass in 0..<(hasFinalPass ? 2 : 1) {
            subject.isFinalPass = pass == 1
            // ssh lowers the name between the passes, and no HostName counts any more.
            if subject.isFinalPass { subject.hostName = HostPatternList.lowercased(subject.hostName) }
            var pass: [ConfigurationMatch.Answer] = []
            pass.reserveCapacity(blocks.count)
            for block in blocks {
                let answer = self.answer(of: block, parents: pass, subject: subject)
                guard answer != .alone else { return nil }
                pass.append(answer)
                guard answer != .no else { continue }
                guard !block.canonicalizes else { return nil }
                // Whether such a line counts is not known, so that all that follows from it is not, either.
                if answer == .alike, block.hostName != nil || block.userKnownHostsFiles != nil { return nil }
                if let hostName = block.hostName, template.hostName == nil, !subject.isFinalPass {
                    template.hostName = hostName
                    guard let expanded = try? template.hostName(of: name) else { return nil }
                    subject.hostName = expanded
                }
                if let files = block.userKnownHostsFiles, !hasKnownHosts {
                    hasKnownHosts = true
                    if files.contains(where: { $0.contains("%") }) { template.userKnownHostsFiles = files }
                }
            }
            answers += pass.map { $0 == .no ? 0 : $0 == .yes ? 1 : 2 }
        }
        return (Signature(answers: answers, also: also), template)
    }

    private func answer(
        of block: Block, parents: [ConfigurationMatch.Answer], subject: ConfigurationMatch.Subject,
    ) -> ConfigurationMatch.Answer {
        let parent = block.parent.map { parents[$0] } ?? .yes
        guard parent != .no else { return .no }
        switch block.condition {
        case .always: return parent
        // In the second pass ssh takes what HostName made of the name.
        case .host(let list): return list.matches(subject.isFinalPass ? subject.hostName : subject.name) ? parent : .no
        case .match(let match):
            let answer = match.answer(for: subject)
            return answer == .yes ? parent : answer
        }
    }
}
