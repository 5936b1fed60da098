import Glibc

/// The environment that the agent was started with, for its commands.
enum InheritedEnvironment {
    static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            if let separator = strchr(pointer, Int32(UInt8(ascii: "="))) {
                let name = UnsafeRawBufferPointer(start: pointer, count: separator - pointer)
                variables[String(decoding: name, as: UTF8.self)] = String(cString: separator + 1)
            }
            entry += 1
        }
        return variables
    }
}
