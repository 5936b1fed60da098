extension Cluster {
    /// Processes that are started together, and the barrier before them.
    public struct Stage: Sendable, Equatable {
        /// The name of the barrier that a host goes through first; nil only for a first stage without one.
        public var barrier: String?
        /// Indices of the cluster's processes; empty for a barrier at the very end.
        public var processes: Range<Int>

        /// Makes a stage.
        public init(barrier: String?, processes: Range<Int>) {
            self.barrier = barrier
            self.processes = processes
        }
    }
}
