/// The criteria of a `Match` line, as far as they can be judged from a host's name.
struct ConfigurationMatch: Equatable {
    /// What is known of one host when a line is judged.
    struct Subject {
        /// What the user called the host.
        var name: String
        /// What HostName made of it so far.
        var hostName: String
        /// Whether the files are being read for the second time (`Match final`).
        var isFinalPass: Bool
    }

    enum Answer: Equatable {
        case no
        case yes
        /// It depends on something that is the same for all hosts that the same lines apply to: the user, a tag.
        case alike
        /// Only ssh can tell, and only for this host.
        case alone
    }

    private enum Criterion: Equatable {
        case hostName(HostPatternList)
        case name(HostPatternList)
        case finalPass
        case alike
        case alone
    }

    private let criteria: [(criterion: Criterion, isNegated: Bool)]
    /// Whether the files are read twice because of this line.
    let asksForFinalPass: Bool

    static func == (left: Self, right: Self) -> Bool {
        left.criteria.elementsEqual(right.criteria) { $0 == $1 }
    }

    init(_ words: [String]) {
        var criteria: [(Criterion, Bool)] = []
        var asksForFinalPass = false
        // `host=n1` is `host n1`.
        var rest = words.flatMap { word -> [String] in
            let name = word.prefix { $0.isLetter || $0 == "!" }
            guard let equals = word.firstIndex(of: "="), name.endIndex == equals else { return [word] }
            return [String(word[..<equals]), String(word[word.index(after: equals)...])]
        }[...]
        while let word = rest.popFirst() {
            let isNegated = word.hasPrefix("!")
            switch HostPatternList.lowercased(isNegated ? word.dropFirst() : word[...]) {
            case "all": break
            case "canonical": criteria.append((.finalPass, isNegated))
            case "final":
                asksForFinalPass = true
                criteria.append((.finalPass, isNegated))
            case "host": criteria.append((.hostName(Self.list(rest.popFirst())), isNegated))
            case "originalhost": criteria.append((.name(Self.list(rest.popFirst())), isNegated))
            case "user", "localuser", "tagged", "command", "version", "sessiontype", "localnetwork":
                rest = rest.dropFirst()
                criteria.append((.alike, isNegated))
            default:
                // `exec`, and what later versions of ssh may bring.
                rest = rest.dropFirst()
                criteria.append((.alone, isNegated))
            }
        }
        self.criteria = criteria
        self.asksForFinalPass = asksForFinalPass
    }

    /// Whether the lines below apply to a host. A criterion that fails decides, whatever the others are.
    func answer(for subject: Subject) -> Answer {
        var answer = Answer.yes
        for (criterion, isNegated) in criteria {
            switch criterion {
            case .hostName(let list): if list.matches(subject.hostName) == isNegated { return .no }
            case .name(let list): if list.matches(subject.name) == isNegated { return .no }
            case .finalPass: if subject.isFinalPass == isNegated { return .no }
            case .alike: if answer == .yes { answer = .alike }
            case .alone: answer = .alone
            }
        }
        return answer
    }

    /// Patterns of a Match line are lowered, names are not (match_hostname in OpenSSH).
    private static func list(_ word: String?) -> HostPatternList {
        HostPatternList(
            (word ?? "").split(separator: ",").map { HostPatternList.lowercased($0) }, ignoresCase: false)
    }
}
