/// A process that was started. The descriptors are the agent's ends of its pipes: non-blocking, closed on exec, and
/// owned by the receiver, who closes them.
package struct SpawnedChild: Sendable, Equatable {
    /// The process and, since every child leads its own, its process group.
    package let pid: Int32
    /// Nil when the request said `.null`.
    package let standardInput: Int32?
    package let standardOutput: Int32
    package let standardError: Int32
}
