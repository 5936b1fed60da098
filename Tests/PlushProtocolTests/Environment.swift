#if canImport(Glibc)
import Glibc
#endif

/// A variable of the environment that the tests were started in.
func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
