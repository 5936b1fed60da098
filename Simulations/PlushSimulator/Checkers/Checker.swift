/// One invariant of the protocol, under the name that the protocol's page gives it. It watches the world and says when
/// what it guards does not hold; it changes nothing, and no event costs it more than that event is large.
package protocol Checker: SendableMetatype {
    static var name: String { get }

    init()

    mutating func observe(_ observation: Observation, in world: World)
}

/// What a checker found.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let checker: String
    /// Virtual time since the world began.
    package let nanoseconds: UInt64
    package let text: String

    package var description: String {
        "\(checker) at \(nanoseconds / 1_000_000) ms: \(text)"
    }
}

extension World {
    package static func allCheckers() -> [any Checker] {
        checkerTypes.map { $0.init() }
    }

    /// In the order of the protocol's page.
    package static var checkerTypes: [any Checker.Type] {
        [
            OneOutcome.self, TrueOutcome.self, RunOnce.self, NotStartedIsNever.self, NoStartAfterCancel.self,
            IssuedOnly.self, OneIssuer.self, OneParent.self, Degree.self, NoCycle.self, FreshAdopter.self,
            RootAgeSound.self,
            CountSound.self,
            StreamExact.self, WriteAhead.self, Credit.self, PreAuth.self, LeaseFence.self, RootWork.self, Converge.self,
        ]
    }
}
