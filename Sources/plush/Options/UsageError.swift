import ArgumentParser
import PlushController
import PlushSpec

/// What is wrong with files that arguments name: told as what is wrong with a run, and exit code 2.
enum UsageError {
    static func reported<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as ControllerError {
            Terminal.error("plush: \(error)")
        } catch let error as SpecificationError {
            Terminal.error(error.description)
        }
        throw ExitCode(2)
    }
}
