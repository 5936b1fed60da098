import PlushTree
import Testing

/// Names of host lists taken apart.
@Suite struct NodeSetHostNameTests {
    @Test(
        arguments: [
            ("n1", "n1", nil, nil), ("me@n1", "n1", "me", nil), ("n1:2222", "n1", nil, 2222),
            ("me@n1.example.org:65535", "n1.example.org", "me", 65535), ("::1", "::1", nil, nil),
            ("me@fe80::1%lo", "fe80::1%lo", "me", nil), ("127.77.0.1:1", "127.77.0.1", nil, 1),
            ("me@corp@n1", "n1", "me@corp", nil), ("n_1", "n_1", nil, nil), ("DOM\\me@n1", "n1", "DOM\\me", nil),
            ("::ffff:10.0.0.1", "::ffff:10.0.0.1", nil, nil),
        ] as [(String, String, String?, UInt16?)])
    func aNameHasAUserAHostAndAPort(text: String, host: String, user: String?, port: UInt16?) throws {
        let name = try NodeSet.HostName(text)
        #expect(name.host == host)
        #expect(name.user == user)
        #expect(name.port == port)
    }

    @Test(arguments: [
        "::", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "2001:db8::1", "FE80::1%eth0.5",
        "1::3:4:5:6:7:8",
    ])
    func anAddressOfSixIsAHostWithoutAPort(text: String) throws {
        #expect(try NodeSet.HostName(text).host == text)
        #expect(try NodeSet.HostName(text).port == nil)
    }

    @Test(arguments: [
        ("", "there is no host"), ("@n1", "no name of a user"), ("me@", "there is no host"), ("n1:", "is no port"),
        ("n1:0", "is no port"), ("n1:022", "is no port"), ("n1:+22", "is no port"), ("n1:65536", "is no port"),
        ("n1:ssh", "is no port"), (":22", "there is no host"), ("a:b:c", "IPv6"), ("n1:22:22", "IPv6"),
        // What ssh could take for an option, a path or a line of the shell.
        ("-oProxyCommand=x", "may not begin with -"), ("me@-n1", "may not begin with -"),
        ("-l@n1", "no name of a user"),
        ("a/b", "slashes"), ("..", "no name of a host"), ("$(x)", "signs of the shell"), ("a;b", "signs of the shell"),
        ("a'b", "quotes"), ("a b", "blanks"), ("x;y@n1", "no name of a user"), ("n[1-3]", "no name of a host"),
        ("::1::2", "IPv6"), (":::", "IPv6"), ("1:2:3:4:5:6:7", "IPv6"), ("1:2:3:4:5:6:7:8:9", "IPv6"),
        ("12345::", "IPv6"), ("::1%", "IPv6"), (":1:2", "IPv6"), ("1:2:", "IPv6"), ("::1.2.3", "IPv6"),
        ("::1.2.3.256", "IPv6"), ("1:2:3:4:5:6:7:1.2.3.4", "IPv6"), ("1::2:3:4:5:6:7:8", "IPv6"),
        ("\u{7f}", "no name of a host"),
    ])
    func whatSshWouldMisunderstandIsRefused(text: String, telling: String) {
        let error = #expect(throws: NodeSetError.self) { try NodeSet.HostName(text) }
        #expect(error?.message.contains(telling) == true, "\(String(describing: error))")
    }
}
