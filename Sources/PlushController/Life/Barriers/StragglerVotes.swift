import PlushTree

/// What hosts answer to one question: counts the first word of their output.
final class StragglerVotes {
    private var votes: [StragglerQuestion.Decision: Int] = [:]
    private var fault: (any Error)?

    func add(_ output: ControllerEvent.Output) {
        // The first piece of the output has the word.
        guard !output.isError, output.number == 0, !output.bytes.isEmpty else { return }
        do {
            votes[try StragglerQuestion.decision(output.bytes), default: 0] += output.ranks.count
        } catch {
            fault = error
        }
    }

    func decision() throws -> StragglerQuestion.Decision {
        if let decision = StragglerQuestion.majority(votes) { return decision }
        throw fault ?? StragglerQuestion.Fault(description: "printed nothing on any host")
    }
}
