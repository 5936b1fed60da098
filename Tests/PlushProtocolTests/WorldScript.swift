import NIOCore
import PlushTree
import PlushWire

/// How a simulated command behaves.
struct ProcessScript {
    var exit: Int32 = 0
    var standardOutput = ByteBuffer()
    var standardError = ByteBuffer()
    var milliseconds: UInt64 = 1
    var ignoresTerminate = false
    /// Something it left behind keeps its output open after its end.
    var leavesPipesOpen = false
    /// It cannot be started: the code and the word why.
    var startFailure: (code: Int32, reason: String)?

    static func printing(_ text: String) -> ProcessScript {
        ProcessScript(standardOutput: ByteBuffer(string: text))
    }

    static func running(milliseconds: UInt64) -> ProcessScript {
        ProcessScript(milliseconds: milliseconds)
    }
}

/// How a simulated host behaves while it is being launched.
enum StartScript {
    case answers(afterMilliseconds: UInt64)
    case fails(String)
    case neverAnswers
    /// Speaks, and then does nothing with its bootstrap.
    case neverAttaches
}

/// What goes wrong with files on a host.
enum FileScript {
    case works
    /// The disk is full from this chunk on.
    case fullFrom(chunk: UInt32)
    case cannotPrepare(String)
    case cannotFinish(String)
}

/// What a world is made of.
struct WorldPlan {
    var count: Int
    var shape = TreeShape.kary(fanout: 2)
    var window = 8
    var latencyNanoseconds: UInt64 = 200_000
    /// On each direction of each link; 0: none.
    var nanosecondsPerByte: UInt64 = 0
    var journalMilliseconds: UInt64 = 1
    var connectMilliseconds: UInt64 = 5_000
    var heartbeatMilliseconds: UInt64 = 2_000
    var leaseMilliseconds: UInt64 = 30_000
    var starts: [UInt32: StartScript] = [:]
    var incarnationsBelieved: [UInt32: UInt32] = [:]

    init(_ count: Int, _ shape: TreeShape = .kary(fanout: 2)) {
        self.count = count
        self.shape = shape
    }
}
