import Testing

@testable import PlushRuntime

/// The line protocol of the application's socket.
@Suite struct ApplicationLineTests {
    @Test(arguments: [
        ("enter step", ApplicationLine.enter(barrier: "step", timeoutMilliseconds: nil)),
        ("enter step 30s", .enter(barrier: "step", timeoutMilliseconds: 30_000)),
        ("progress 0", .progress(0)), ("progress 0.4", .progress(400)), ("progress 0.12345", .progress(123)),
        ("progress 1", .progress(1_000)), ("progress 1.000", .progress(1_000)), ("event half way", .event("half way")),
    ])
    func linesAreUnderstood(line: String, meaning: ApplicationLine) throws {
        #expect(try ApplicationLine(line) == meaning)
    }

    @Test(arguments: [
        ("", "write enter"), ("leave", "write enter"), ("enter", "enter NAME"), ("enter a b c", "enter NAME"),
        ("enter a soon", "such as 30s"), ("progress", "such as 0.4"), ("progress 1.5", "such as 0.4"),
        ("progress -1", "such as 0.4"), ("progress 1.0.0", "such as 0.4"), ("progress 0.", "such as 0.4"),
        ("progress 99999999999", "such as 0.4"), ("event", "event TEXT"),
    ])
    func whatIsWrongIsToldWithWhatWouldBeRight(line: String, telling: String) {
        let fault = #expect(throws: ApplicationLine.Fault.self) { _ = try ApplicationLine(line) }
        #expect(fault?.description.contains(telling) == true, "\(String(describing: fault))")
    }
}
