import Testing

@testable import PlushSSH

private func login(_ identities: [SSHIdentity], refusing count: Int = 0) -> SSHAuthentication {
    var login = SSHAuthentication(user: "alice", identities: identities)
    for _ in 0..<count {
        _ = login.next()
        login.refused()
    }
    return login
}

private let first = TestKey("first").identity
private let second = TestKey("second").identity
private let old = TestKey.other("ssh-rsa", "old laptop")

@Test func keysAreTriedInOrderAndUnusableOnesAreLeftOut() {
    var login = login([old, first, TestKey.other("sk-ssh-ed25519@openssh.com", "stick"), second])
    #expect(login.next() == first)
    #expect(login.current == first)
    #expect(login.next() == second)
    #expect(login.next() == nil)
    #expect(login.next() == nil)
}

@Test func aFailedLoginSaysWhatWasTriedAndWhatToDo() {
    let both = login([first, second], refusing: 2).failure(nil)
    #expect(both.code == .authentication)
    #expect(both.message == "none of 2 keys was accepted for user alice")
    #expect(both.remedy.contains("authorized_keys"))
    #expect(login([first], refusing: 1).failure(nil).message == "the key was not accepted for user alice")
    #expect(
        login([first, old, TestKey.other("sk-x", "stick")], refusing: 1).failure(nil).message
            == "the key was not accepted for user alice; not tried, because RSA works only with SHA-1 here: old laptop; "
            + "not supported: sk-x")
}

@Test func keysThatCannotBeUsedAreExplained() {
    #expect(login([]).failure(nil).message == "there is no key to log in with")
    #expect(login([]).failure(nil).remedy.contains("ssh-add"))
    let one = login([old]).failure(nil)
    #expect(one.message.hasPrefix("the only key offered is RSA (old laptop): "))
    #expect(one.remedy == "use an Ed25519 or ECDSA key")
    #expect(login([old, old]).failure(nil).message.hasPrefix("all 2 keys offered are RSA"))
    let stick = TestKey.other("sk-ssh-ed25519@openssh.com", "stick")
    #expect(login([stick]).failure(nil).message.contains("(stick: sk-ssh-ed25519@openssh.com)"))
    #expect(login([stick, old]).failure(nil).message.contains("none of the 2 keys offered can be used"))
}

@Test func theServersReasonAndTheSignersAreHandedOn() {
    var tried = login([first, second], refusing: 1)
    _ = tried.next()
    #expect(
        tried.failure("Too many authentication failures").message
            == "the server ended the login after 2 keys: Too many authentication failures")
    var unsigned = login([first, second])
    _ = unsigned.next()
    unsigned.unsigned(SSHFailure(.authentication, "the agent is locked", remedy: "unlock it"))
    #expect(unsigned.failure(nil).message == "the agent is locked")
    #expect(unsigned.failure(nil).remedy == "unlock it")
    _ = unsigned.next()
    unsigned.refused()
    #expect(unsigned.failure(nil).message == "the key was not accepted for user alice; the agent is locked")
}
