/// What messages, machines and starts cost in virtual time. Every part is off (0) unless it is asked for, so that a
/// test of the closed forms of fan-out and fan-in pays for exactly what the formula names.
package struct CostModel: Hashable, Sendable {
    /// A sender's serial time per message: LogP's overhead and gap in one, `g` in the closed forms. Nanoseconds.
    package var sendNanoseconds: UInt64 = 0
    /// A receiver's serial time per message (opening the record, handling the message). Nanoseconds.
    package var receiveNanoseconds: UInt64 = 0
    /// A machine's line, one direction, shared by all its links; 0: without limit.
    package var bytesPerSecond: UInt64 = 0
    /// What sealing adds to a frame: record header and tag. Counted on the line only.
    package var recordOverheadBytes: UInt64 = 0
    /// The controller's serial time per host that it starts (theory: `g` of a launch). Nanoseconds.
    package var startNanoseconds: UInt64 = 0
    /// From the start of a host until its agent has spoken: connect, log in, send the agent, start it.
    package var connect = Distribution.milliseconds(1)
    /// From an append to the journal until it is on disk.
    package var journal = Distribution.milliseconds(1)

    package init() {}

    /// The time for which one message keeps its sender from sending the next.
    package func sending(bytes: Int) -> UInt64 {
        guard bytesPerSecond > 0 else { return sendNanoseconds }
        return sendNanoseconds + (UInt64(bytes) + recordOverheadBytes) * 1_000_000_000 / bytesPerSecond
    }
}
