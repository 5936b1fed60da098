import NIOCore
import PlushTree
import PlushWire

/// How a simulated command behaves.
package struct ProcessScript {
    package var exit: Int32 = 0
    package var standardOutput = ByteBuffer()
    package var standardError = ByteBuffer()
    package var milliseconds: UInt64 = 1
    package var ignoresTerminate = false
    /// Something it left behind keeps its output open after its end.
    package var leavesPipesOpen = false
    /// It cannot be started: the code and the word why.
    package var startFailure: (code: Int32, reason: String)?

    package init(
        exit: Int32 = 0, standardOutput: ByteBuffer = ByteBuffer(), standardError: ByteBuffer = ByteBuffer(),
        milliseconds: UInt64 = 1, ignoresTerminate: Bool = false, leavesPipesOpen: Bool = false,
        startFailure: (code: Int32, reason: String)? = nil
    ) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.milliseconds = milliseconds
        self.ignoresTerminate = ignoresTerminate
        self.leavesPipesOpen = leavesPipesOpen
        self.startFailure = startFailure
    }

    package static func printing(_ text: String) -> ProcessScript {
        ProcessScript(standardOutput: ByteBuffer(string: text))
    }

    package static func running(milliseconds: UInt64) -> ProcessScript {
        ProcessScript(milliseconds: milliseconds)
    }
}

/// How a simulated host behaves while it is being launched.
package enum StartScript {
    case answers(afterMilliseconds: UInt64)
    case fails(String)
    case neverAnswers
    /// Speaks, and then does nothing with its bootstrap.
    case neverAttaches
}

/// What goes wrong with files on a host.
package enum FileScript {
    case works
    /// The disk is full from this chunk on.
    case fullFrom(chunk: UInt32)
    case cannotPrepare(String)
    case cannotFinish(String)
}

/// What a world is made of.
package struct WorldPlan {
    package var count: Int
    package var shape = TreeShape.kary(fanout: 2)
    package var window = 8
    package var latencyNanoseconds: UInt64 = 200_000
    /// On each direction of each link; 0: none.
    package var nanosecondsPerByte: UInt64 = 0
    package var journalMilliseconds: UInt64 = 1
    package var connectMilliseconds: UInt64 = 5_000
    package var heartbeatMilliseconds: UInt64 = 2_000
    package var leaseMilliseconds: UInt64 = 30_000
    package var starts: [UInt32: StartScript] = [:]
    package var incarnationsBelieved: [UInt32: UInt32] = [:]

    package init(_ count: Int, _ shape: TreeShape = .kary(fanout: 2)) {
        self.count = count
        self.shape = shape
    }
}
