/// How a process ended.
package enum ExitStatus: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(number: Int32)
}
