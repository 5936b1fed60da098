import CPlushSystem
import Glibc

/// The pipes of one child while it is being started. Every end has close-on-exec; the agent's ends do not block.
struct ChildPipes {
    private(set) var inputRead: Int32 = -1
    private(set) var outputWrite: Int32 = -1
    private(set) var errorWrite: Int32 = -1
    private var inputWrite: Int32 = -1
    private var outputRead: Int32 = -1
    private var errorRead: Int32 = -1

    mutating func open(withInput: Bool) throws(ProcessError) {
        if withInput { (inputRead, inputWrite) = try ChildPipes.make() }
        (outputRead, outputWrite) = try ChildPipes.make()
        (errorRead, errorWrite) = try ChildPipes.make()
        for descriptor in [inputWrite, outputRead, errorRead] where descriptor >= 0 {
            guard plush_set_non_blocking(descriptor) == 0 else {
                throw ProcessError(.descriptors, context: "pipe", cause: errno)
            }
        }
    }

    private static func make() throws(ProcessError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard plush_pipe(&ends) == 0 else { throw ProcessError(.descriptors, context: "pipe", cause: errno) }
        return (read: ends[0], write: ends[1])
    }

    /// Hands our ends over; `closeAll` leaves them alone from here.
    mutating func take(pid: Int32) -> SpawnedChild {
        let child = SpawnedChild(
            pid: pid,
            standardInput: inputWrite >= 0 ? inputWrite : nil,
            standardOutput: outputRead,
            standardError: errorRead,
        )
        (inputWrite, outputRead, errorRead) = (-1, -1, -1)
        return child
    }

    mutating func closeAll() {
        let all = [inputRead, inputWrite, outputRead, outputWrite, errorRead, errorWrite]
        for descriptor in all where descriptor >= 0 { close(descriptor) }
        self = ChildPipes()
    }
}
