import NIOCore
import Testing

@testable import PlushSSH

private func receive(_ text: String, into greeting: inout SSHGreeting) -> (SSHGreeting.Progress, String) {
    var buffer = ByteBuffer(string: text)
    let progress = greeting.receive(&buffer)
    return (progress, String(buffer: buffer))
}

private func verdict(_ text: String) -> SSHGreeting.Progress {
    var greeting = SSHGreeting()
    return receive(text, into: &greeting).0
}

private func failure(_ progress: SSHGreeting.Progress) throws -> SSHFailure {
    guard case .failed(let failure) = progress else {
        throw SSHFailure(.session, "not a failure: \(progress)")
    }
    return failure
}

@Test func anIdentificationMayFollowLinesAndLeavesWhatComesAfterIt() {
    var greeting = SSHGreeting()
    let said = "Hello\r\n\u{1b}[1mAuthorised only\n\nSSH-2.0-OpenSSH_9.2p1 Debian\r\nrest\n"
    let (progress, rest) = receive(said, into: &greeting)
    #expect(progress == .identified(Array("SSH-2.0-OpenSSH_9.2p1 Debian".utf8)))
    #expect(rest == "rest\n")
    #expect(greeting.said == "Hello")
    #expect(verdict("SSH-1.99-old but able\n") == .identified(Array("SSH-1.99-old but able".utf8)))
}

@Test func aGreetingInDripsIsTheSameAsInOnePiece() {
    var greeting = SSHGreeting()
    let text = "Hello\r\nSSH-2.0-x\r\n"
    for character in text.unicodeScalars.dropLast() {
        #expect(receive(String(character), into: &greeting).0 == .incomplete)
    }
    #expect(receive("\n", into: &greeting).0 == .identified(Array("SSH-2.0-x".utf8)))
}

@Test func whatIsNoSSHServerIsQuotedWhenItCloses() {
    var greeting = SSHGreeting()
    #expect(receive("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html>", into: &greeting).0 == .incomplete)
    #expect(greeting.ended().code == .notSSH)
    #expect(greeting.ended().message == "what listens there is no SSH server: it said 'HTTP/1.1 400 Bad Request'")
    var mail = SSHGreeting()
    _ = receive("220 mail with no line end", into: &mail)
    #expect(mail.ended().message.contains("'220 mail with no line end'"))
}

@Test func bytesThatAreNoTextEndTheGreetingAtOnce() throws {
    let shown = try failure(verdict("\u{16}\u{03}\u{01}\u{00}TLS"))
    #expect(shown.code == .notSSH)
    #expect(shown.message.contains("'????TLS'"))
    let riddle = try failure(verdict("\u{01}a\u{02}bc\u{7f}?\u{03}de\n"))
    #expect(riddle.message == "what listens there is no SSH server: it sent bytes that are no text")
    #expect(try failure(verdict("SSH-2.0-a\u{00}b\n")).code == .notSSH)
}

@Test func onlyAsMuchAsALineIsQuoted() {
    var greeting = SSHGreeting()
    _ = receive(String(repeating: "x", count: 300), into: &greeting)
    #expect(greeting.ended().message.contains("'" + String(repeating: "x", count: 60) + "'"))
}

@Test func otherVersionsOfSSHAreTold() throws {
    let one = try failure(verdict("SSH-1.5-old\n"))
    #expect(one.code == .notSSH)
    #expect(one.message == "the server speaks only version 1 of SSH: 'SSH-1.5-old'")
    let three = try failure(verdict("SSH-3.0-new\r\n"))
    #expect(three.message == "the server speaks another version of SSH: 'SSH-3.0-new'")
}

@Test func anIdentificationHasALimit() throws {
    let fitting = "SSH-2.0-" + String(repeating: "x", count: 245)
    #expect(verdict(fitting + "\r\n") == .identified(Array(fitting.utf8)))
    #expect(try failure(verdict(fitting + "xx\r\n")).code == .notSSH)
    #expect(try failure(verdict(fitting + "xxxx")).message.contains("longer than the protocol allows"))
}

@Test func linesWithoutEndAreRefusedByNumberAndBySize() throws {
    var greeting = SSHGreeting()
    for _ in 0..<SSHLimits.greetingLinesMax {
        #expect(receive("hi\n", into: &greeting).0 == .incomplete)
    }
    let many = try failure(receive("hi\n", into: &greeting).0)
    #expect(many.code == .notSSH)
    #expect(many.message.contains("talks without end"))

    var long = SSHGreeting()
    var pieces = 0
    while case .incomplete = receive(String(repeating: "y", count: 1000), into: &long).0 {
        pieces += 1
    }
    #expect((60...66).contains(pieces))
}

@Test func aServerThatClosesOrSaysNotNowHasDroppedUs() throws {
    #expect(SSHGreeting().ended().code == .dropped)
    #expect(try failure(verdict("Exceeded MaxStartups\r\n")).code == .dropped)
    #expect(try failure(verdict("Not allowed at this time\r\n")).code == .dropped)
    var cut = SSHGreeting()
    #expect(receive("Exceeded MaxStartups", into: &cut).0 == .incomplete)
    #expect(cut.ended().code == .dropped)
    var half = SSHGreeting()
    _ = receive("SSH-2.0-Open", into: &half)
    #expect(half.ended().code == .dropped)
}
