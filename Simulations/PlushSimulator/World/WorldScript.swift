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
