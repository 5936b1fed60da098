/// What a look at one thing has shown.
public struct Finding: Sendable, Equatable {
    /// How it stands.
    public enum Verdict: String, Sendable, Equatable {
        /// As it should be.
        case ok
        /// It will do, for some uses.
        case warning
        /// It will not do.
        case failed
    }

    /// What was looked at, in a word.
    public let name: String
    /// How it stands.
    public let verdict: Verdict
    /// What was found.
    public let message: String
    /// What to change; empty where nothing has to be.
    public let remedy: String

    init(_ name: String, _ verdict: Verdict, _ message: String, remedy: String = "") {
        self.name = name
        self.verdict = verdict
        self.message = message
        self.remedy = remedy
    }
}
