import PlushTree

extension ControllerEvent {
    /// What happens at a barrier.
    public struct Barrier: Sendable {
        /// The sorts of things that happen.
        public enum State: String, Sendable, CaseIterable {
            /// Hosts have entered: `ranks` are there, `missing` are not.
            case entered
            /// The generation is released: `ranks` were on time, `missing` were expected and were not there.
            case released
            /// Hosts go through a throttled barrier: `ranks` have gone, `missing` wait for a permit.
            case passing
            /// Hosts came after the release and go on.
            case late
            /// Hosts came after the release and may not go on.
            case refused
            /// The straggler command had the generation released without those that are `missing`.
            case forced
            /// The straggler command had hosts given up: nobody waits for `ranks` any more.
            case dropped
        }

        /// The barrier's name in the specification.
        public let name: String
        /// The round, from 1.
        public let generation: UInt64
        /// What has happened.
        public let state: State
        /// The hosts that it is about.
        public let ranks: RankSet
        /// The hosts that are not there, or still have to go.
        public let missing: RankSet
    }
}
