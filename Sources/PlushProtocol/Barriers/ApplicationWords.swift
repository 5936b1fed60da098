import OrderedCollections
import PlushTree
import PlushWire

/// What applications of a subtree say, until it goes up: equal words become one with a rank set, and of a rank's progress
/// only the last counts.
package struct ApplicationWords: Sendable {
    /// Words of one operation that wait at most; a relay that has more sends them at once.
    package static let wordsMax = 256
    private var waiting: OrderedDictionary<OperationID, [ApplicationReport.Word]> = [:]

    package init() {}

    package var isEmpty: Bool {
        waiting.isEmpty
    }

    package mutating func add(_ words: [ApplicationReport.Word], of operation: OperationID) {
        var list = waiting[operation] ?? []
        for word in words {
            if word.progress != nil {
                for index in list.indices where list[index].progress != nil { list[index].ranks.subtract(word.ranks) }
                list.removeAll { $0.ranks.isEmpty }
            }
            if let index = list.firstIndex(where: { $0.progress == word.progress && $0.text == word.text }) {
                list[index].ranks.formUnion(word.ranks)
            } else {
                list.append(word)
            }
        }
        waiting[operation] = list
    }

    /// Whether words of an operation wait.
    package func has(_ operation: OperationID) -> Bool {
        waiting[operation] != nil
    }

    /// Whether there is no room for more words of an operation.
    package func isFull(_ operation: OperationID) -> Bool {
        (waiting[operation]?.count ?? 0) >= Self.wordsMax
    }

    package mutating func take() -> [ApplicationReport] {
        defer { waiting = [:] }
        return waiting.map { ApplicationReport(operation: $0.key, words: $0.value) }
    }
}
