import PlushWire

extension ControllerNode {
    /// How an operation that is still open has ended so far; nothing for one that is closed or was never submitted.
    package func outcomes(of id: OperationID) -> [OutcomeBucket] {
        operations[id]?.rollup.buckets ?? []
    }
}
