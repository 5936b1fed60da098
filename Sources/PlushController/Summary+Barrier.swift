import PlushTree

extension Summary {
    /// What happened at a barrier.
    public struct Barrier: Sendable, Hashable {
        /// The name in the specification.
        public let name: String
        /// The hosts that it was for.
        public internal(set) var participants: RankSet
        /// How many generations were released.
        public private(set) var generations = 0
        /// Who was on time in the last of them.
        public private(set) var onTime = RankSet()
        /// Who came after a release and went on.
        public private(set) var late = RankSet()
        /// Who came after a release and was not let through.
        public private(set) var refused = RankSet()
        /// Who was given up because a straggler command said so.
        public internal(set) var dropped = RankSet()
        /// Whom others waited for to the end: of a generation that was never released.
        public internal(set) var missing = RankSet()

        init(name: String, participants: RankSet) {
            self.name = name
            self.participants = participants
        }

        mutating func release(_ generation: UInt64, onTime: RankSet) {
            generations = max(generations, Int(clamping: generation))
            self.onTime = onTime
        }

        mutating func late(_ ranks: RankSet, isRefused: Bool) {
            if isRefused { refused.formUnion(ranks) } else { late.formUnion(ranks) }
        }
    }
}
