import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// The books, under the names by which tests ask.
extension World {
    package var notices: [ControllerNotice] {
        records.notices
    }

    package var applicationAnswers: [UInt64: BarrierAnswer] {
        records.applicationAnswers
    }

    package var controllerNotes: [String] {
        records.controllerNotes
    }

    package var closures: [(party: Party, peer: Party, reason: String)] {
        records.closures
    }

    package var rootReceived: [UInt8: Int] {
        records.rootReceived
    }

    package var rootSent: [UInt8: Int] {
        records.rootSent
    }

    package var delivered: [OutputSegment] {
        records.delivered
    }

    package var journal: [SignedBatch] {
        records.journal
    }

    package var spawns: [SpawnKey: Int] {
        records.spawns
    }

    package var written: [StreamKey: ByteBuffer] {
        records.written
    }

    /// Events of all kinds that have happened.
    package var occurrences: Int {
        records.occurrences
    }

    package var runningProcesses: Int {
        hosts.reduce(0) { $0 + $1.processes.values.count { !$0.isExited } }
    }
}
