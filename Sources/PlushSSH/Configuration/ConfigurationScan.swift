/// The conditions of SSH configuration files, without their settings: enough to tell which hosts the same lines apply
/// to, so that `ssh -G` is asked once for all of them.
package struct ConfigurationScan {
    /// How files are found and read; the contents of missing or unreadable files are nil.
    package struct Source {
        let read: (String) -> [UInt8]?
        /// The paths that a pattern of the shell means, in order.
        let expand: (String) -> [String]

        /// Takes both.
        package init(read: @escaping (String) -> [UInt8]?, expand: @escaping (String) -> [String]) {
            self.read = read
            self.expand = expand
        }
    }

    /// Lines that apply together.
    struct Block {
        enum Condition {
            case always
            case host(HostPatternList)
            case match(ConfigurationMatch)
        }

        let condition: Condition
        /// The block in which this one's file is included, or that goes on behind an Include.
        let parent: Int?
        /// The first of each, as it stands there.
        var hostName: String?
        var userKnownHostsFiles: [String]?
        /// All that stand there: ssh tries one after the other.
        var identityFiles: [String] = []
        var canonicalizes = false
    }

    /// In the order in which ssh reads them.
    private(set) var blocks: [Block] = []
    /// False where some limit was met: nothing can be concluded then.
    private(set) var isComplete = true
    /// Whether ssh reads everything twice.
    private(set) var hasFinalPass = false

    private let source: Source
    let home: String
    private var files = 0
    private var bytes = 0

    /// Scans what ssh would read: with `path` (`-F`) only this file (none for `none`), else the user's and the system's.
    package init(path: String?, home: String, source: Source) {
        self.source = source
        self.home = home
        if let path {
            if path != "none" { scan(path, directory: "\(home)/.ssh", parent: nil, depth: 0) }
        } else {
            scan("\(home)/.ssh/config", directory: "\(home)/.ssh", parent: nil, depth: 0)
            scan("/etc/ssh/ssh_config", directory: "/etc/ssh", parent: nil, depth: 0)
        }
    }

    private mutating func scan(_ path: String, directory: String, parent: Int?, depth: Int) {
        guard depth <= ConfigurationLimits.depthMax, files < ConfigurationLimits.filesMax else {
            isComplete = false
            return
        }
        files += 1
        guard let contents = source.read(path) else { return }
        bytes += contents.count
        guard bytes <= ConfigurationLimits.bytesMax else {
            isComplete = false
            return
        }
        blocks.append(Block(condition: .always, parent: parent))
        for line in contents.split(separator: UInt8(ascii: "\n")) {
            guard let line = ConfigurationLine(line) else { continue }
            switch line.keyword {
            case "host":
                let list = HostPatternList(line.words, ignoresCase: false)
                blocks.append(Block(condition: .host(list), parent: parent))
            case "match":
                let match = ConfigurationMatch(line.words)
                hasFinalPass = hasFinalPass || match.asksForFinalPass
                blocks.append(Block(condition: .match(match), parent: parent))
            case "include":
                include(line.words, directory: directory, depth: depth)
            default:
                note(line)
            }
            guard isComplete else { return }
        }
    }

    private mutating func include(_ words: [String], directory: String, depth: Int) {
        let current = blocks.count - 1
        for word in words {
            let pattern =
                word.hasPrefix("/")
                ? word : word.hasPrefix("~/") ? home + word.dropFirst() : "\(directory)/\(word)"
            // Another user's home, and what later versions of ssh expand: ssh knows, we do not.
            guard !word.hasPrefix("~") || word.hasPrefix("~/"), !word.contains("%"), !word.contains("${") else {
                isComplete = false
                return
            }
            for path in source.expand(pattern) {
                scan(path, directory: directory, parent: current, depth: depth + 1)
                guard isComplete else { return }
            }
        }
        // What follows the Include still belongs to the block that it stands in.
        blocks.append(Block(condition: .always, parent: current))
    }

    /// In a block, as everywhere, the first value counts.
    private mutating func note(_ line: ConfigurationLine) {
        let last = blocks.count - 1
        switch line.keyword {
        case "hostname":
            if blocks[last].hostName == nil { blocks[last].hostName = line.words.first }
        case "userknownhostsfile":
            if blocks[last].userKnownHostsFiles == nil { blocks[last].userKnownHostsFiles = line.words }
        case "identityfile":
            blocks[last].identityFiles += line.words.prefix(1)
        case "canonicalizehostname":
            let value = line.words.first.map { HostPatternList.lowercased($0) }
            if value != "no", value != "false" { blocks[last].canonicalizes = true }
        default:
            break
        }
    }
}
