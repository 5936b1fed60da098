import PlushTree
import PlushWire

/// The words of one line, taken from the left.
struct ScenarioWords {
    private var words: [String]
    private let number: Int

    init(_ words: [String], number: Int) {
        self.words = words
        self.number = number
    }

    private func fail(_ text: String) -> ScenarioError {
        ScenarioError(line: number, text: text)
    }

    func finish() throws(ScenarioError) {
        if let word = words.first { throw fail("'\(word)' is too much") }
    }

    private mutating func next(_ what: String) throws(ScenarioError) -> String {
        guard !words.isEmpty else { throw fail("\(what) is missing") }
        return words.removeFirst()
    }

    private mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }

    private mutating func integer(_ what: String, in range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        let word = try next(what)
        guard let value = Int(word), range.contains(value) else {
            throw fail("'\(word)' is not \(what) (\(range.lowerBound) to \(range.upperBound))")
        }
        return value
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type, _ what: String
    ) throws(ScenarioError) -> Word where Word.RawValue == String {
        let word = try next(what)
        guard let value = Word(rawValue: word) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw fail("'\(word)' is not \(what); there are \(known)")
        }
        return value
    }

    private mutating func duration() throws(ScenarioError) -> UInt64 {
        let word = try next("a duration")
        for (unit, nanoseconds) in [("us", UInt64(1_000)), ("ms", 1_000_000), ("s", 1_000_000_000)] {
            guard word.hasSuffix(unit), let value = UInt64(word.dropLast(unit.count)), value <= 1_000_000_000 else {
                continue
            }
            return value * nanoseconds
        }
        throw fail("'\(word)' is not a duration such as 20us, 15ms or 3s")
    }

    private mutating func rank() throws(ScenarioError) -> Rank {
        if take("root") { return .controller }
        return Rank(UInt32(try integer("a rank", in: 0...10_000_000)))
    }

    private mutating func ranks() throws(ScenarioError) -> RankSet {
        let word = try next("a set of ranks")
        guard let set = RankSet(word) else { throw fail("'\(word)' is not a set of ranks such as 0-3,7") }
        return set
    }

    /// nil: all.
    private mutating func targets() throws(ScenarioError) -> RankSet? {
        take("all") ? nil : try ranks()
    }

    mutating func command() throws(ScenarioError) -> Scenario.Command {
        let name = try next("a command")
        if let setup = try setup(name) { return setup }
        if let request = try request(name) { return request }
        if let fault = try fault(name) { return .fault(fault) }
        throw fail("'\(name)' is not a command")
    }

    private mutating func setup(_ name: String) throws(ScenarioError) -> Scenario.Command? {
        switch name {
        case "hosts":
            let count = try integer("a number of hosts", in: 0...1_000_000)
            let word = try next("a shape")
            guard let shape = TreeShape(word) else { throw fail("'\(word)' is not a shape such as kary:2") }
            return .hosts(count, shape)
        case "seed": return .seed(UInt64(try integer("a seed", in: 0...Int.max)))
        case "set":
            let setting = try word(Scenario.Setting.self, "a setting")
            return .set(setting, nanoseconds: try duration())
        case "bandwidth": return .bandwidth(UInt64(try integer("bytes per second", in: 0...1_000_000_000_000)))
        case "start": return .start(try ranks(), try word(Scenario.Start.self, "a way to start"))
        case "command": return try script()
        case "trace": return .trace(try word(Scenario.TraceLevel.self, "a level"))
        case "show": return .show(try word(Scenario.Show.self, "something to show"))
        case "quiet": return .quiet
        case "wait":
            return take("closed")
                ? .waitClosed(nanoseconds: try duration()) : .wait(nanoseconds: try duration())
        default: return nil
        }
    }

    private mutating func script() throws(ScenarioError) -> Scenario.Command {
        let ranks = try ranks()
        let time = try duration()
        var exit: Int32 = 0
        var text = ""
        if take("exit") { exit = Int32(try integer("an exit code", in: 0...255)) }
        if take("prints") { text = try next("a word to print") }
        return .command(ranks, nanoseconds: time, exit: exit, prints: text)
    }

    private mutating func request(_ name: String) throws(ScenarioError) -> Scenario.Command? {
        switch name {
        case "launch": return .launch
        case "dissolve": return .dissolve
        case "probe": return .probe(try targets())
        case "cancel": return .cancel(try integer("the number of an operation", in: 1...1_000_000))
        case "files": return .files(try targets(), bytes: try integer("bytes", in: 0...100_000_000))
        case "run":
            let targets = try targets()
            var output = RunTask.Output.stream
            for (word, kind) in [("stream", RunTask.Output.stream), ("fold", .fold), ("discard", .discard)]
            where take(word) {
                output = kind
            }
            let timeout = take("timeout") ? try duration() : 0
            return .run(targets, output, timeoutMilliseconds: timeout / 1_000_000)
        default: return nil
        }
    }

    private mutating func fault(_ name: String) throws(ScenarioError) -> Fault? {
        switch name {
        case "kill":
            let rank = try rank()
            return rank == .controller ? .killController : .kill(rank)
        case "darken": return .darken(try rank())
        case "return": return .comeBack(try rank())
        case "freeze": return .freeze(try rank())
        case "thaw": return .thaw(try rank())
        case "cut": return .cut(try rank())
        case "slow": return .slow(try rank(), times: UInt64(try integer("a factor", in: 1...1_000)))
        case "drift": return .drift(try rank(), perMillion: Int64(try integer("a drift", in: -100_000...100_000)))
        case "turn": return .turn(try rank(), try word(Hostility.self, "a hostility"))
        case "partition": return .raise(try partition())
        case "heal": return .heal(try partition())
        case "stranger":
            let rank = try rank()
            let word = try next("a stranger")
            guard let stranger = Fault.Stranger.allCases.first(where: { "\($0)" == word }) else {
                throw fail("'\(word)' is not a stranger; there are \(Fault.Stranger.allCases)")
            }
            return .stranger(at: rank, stranger)
        default: return nil
        }
    }

    private mutating func partition() throws(ScenarioError) -> Partition {
        let island = try ranks()
        if take("deaf") { return Partition(island: island, isMute: false) }
        if take("mute") { return Partition(island: island, isDeaf: false) }
        return Partition(island: island)
    }
}
