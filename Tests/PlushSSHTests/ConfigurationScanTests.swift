import Testing

@testable import PlushSSH

struct ConfigurationScanTests {
    private func scan(_ files: [String: String], path: String? = "/c") -> ConfigurationScan {
        ConfigurationScan(
            path: path, home: "/users/me",
            source: .init(
                read: { files[$0].map { Array($0.utf8) } },
                expand: { pattern in
                    let list = HostPatternList([pattern], ignoresCase: false)
                    return files.keys.filter { list.matches($0) }.sorted()
                }))
    }

    private func groups(_ text: String, _ names: [String]) -> [[Int]] {
        scan(["/c": text]).groups(names: names, also: names.map { _ in "" }).map(\.hosts)
    }

    @Test func hostsAreOneGroupWhereTheSameLinesApply() {
        let text = "User u\nHost n*\n  Port 1\nHost m1 \"m2\"\nHost * !m2\n"
        #expect(groups(text, ["n1", "n2", "m1", "m2", "x", "n3"]) == [[0, 1, 5], [2], [3], [4]])
        #expect(groups("", ["a", "b"]) == [[0, 1]])
        #expect(groups("host=a\nHost = b\n", ["a", "b", "c"]) == [[0], [1], [2]])
    }

    @Test func filesThatAreNamedForAnyHostAreKnown() {
        let scan = scan([
            "/c": """
            Host a
              IdentityFile ~/.ssh/work
              IdentityFile "/keys/a key"
              UserKnownHostsFile ~/.ssh/known_a /etc/known_a
            Include more
            Host *
              IdentityFile /keys/%h
              IdentityFile none
              IdentityFile ~/.ssh/work
            """, "/users/me/.ssh/more": "IdentityFile ~/.ssh/included\nUserKnownHostsFile /dev/null\n",
        ])
        let work = "/users/me/.ssh/work"
        #expect(scan.identityFiles == [work, "/keys/a key", "/users/me/.ssh/included"])
        #expect(scan.userKnownHostsFiles == ["/users/me/.ssh/known_a", "/etc/known_a", "/dev/null"])
        #expect(self.scan([:]).identityFiles == [])
    }

    @Test func whatElseSSHIsToldKeepsHostsApart() {
        let groups = scan(["/c": "Host *\n"]).groups(names: ["a", "b", "c"], also: ["", "u", ""])
        #expect(groups.map(\.hosts) == [[0, 2], [1]])
    }

    @Test func hostLinesHaveCaseAndMatchPatternsAreLowered() {
        #expect(groups("Host N1\n", ["n1", "N1"]) == [[0], [1]])
        #expect(groups("Match originalhost N1\n", ["n1", "N1", "x"]) == [[0], [1, 2]])
    }

    @Test func aCommandMakesEachHostItsOwnGroupUnlessItsHostsAreOthers() {
        let text = "Match host a* exec \"test %h\"\n"
        #expect(groups(text, ["a1", "b1", "a2", "b2"]) == [[0], [1, 3], [2]])
        #expect(groups("Match exec true\n", ["a", "b"]) == [[0], [1]])
        #expect(groups("Match !exec=true\n", ["a", "b"]) == [[0], [1]])
        #expect(groups("Match somethingnew x\n", ["a", "b"]) == [[0], [1]])
    }

    @Test func criteriaThatAreAlikeForAllDoNotSeparate() {
        #expect(groups("Match user root localuser me\n Port 1\nMatch all\nMatch tagged x\n", ["a", "b"]) == [[0, 1]])
        // Unless a name depends on them.
        #expect(groups("Match user root\n HostName x%h\n", ["a", "b"]) == [[0], [1]])
    }

    @Test func matchLooksAtTheNameThatHostNameMade() {
        let text = "Host a*\n HostName %h.x\nMatch host *.x\n Port 2\nMatch host=b,c !originalhost c\n"
        #expect(groups(text, ["a1", "b", "c", "a2", "d"]) == [[0, 3], [1], [2, 4]])
    }

    @Test func theFinalPassIsJudgedToo() {
        let text = "Host a b\n HostName %h.y\nMatch final host a.y\n Port 3\nMatch canonical\n"
        #expect(groups(text, ["a", "b", "c", "d"]) == [[0], [1], [2, 3]])
        #expect(groups("Match final all\n Port 4\n", ["a", "b"]) == [[0, 1]])
        // In the second pass, Host lines see the new name.
        #expect(groups("Host a b\nHostName %h.y\nMatch final\nHost a.y\n", ["a", "b"]) == [[0], [1]])
    }

    @Test func canonicalNamesAreAskedForOneByOne() {
        #expect(groups("Host a*\nCanonicalizeHostname yes\n", ["a1", "a2", "b1", "b2"]) == [[0], [1], [2, 3]])
        #expect(groups("CanonicalizeHostname no\n", ["a", "b"]) == [[0, 1]])
    }

    @Test func templatesKeepTheTokens() {
        let text = "Host a*\n HostName %h.x\n UserKnownHostsFile ~/kh_%k \"/b c\"\nHost *\n HostName no\n"
        let groups = scan(["/c": text]).groups(names: ["a1", "z", "a2"], also: ["", "", ""])
        #expect(groups.map(\.hosts) == [[0, 2], [1]])
        #expect(
            groups[0].template == ConfigurationTemplate(hostName: "%h.x", userKnownHostsFiles: ["~/kh_%k", "/b c"]))
        #expect(groups[1].template == ConfigurationTemplate(hostName: "no", userKnownHostsFiles: nil))
    }

    @Test func includesAreReadWhereTheyStand() {
        let files = [
            "/c": "Host a*\n Include /d/*.conf\n HostName late\nHost b*\n",
            "/d/1.conf": "HostName first\nHost a1\n Port 1\n", "/d/2.conf": "Host b1\n Port 2\n",
        ]
        let groups = scan(files).groups(names: ["a1", "a2", "a3", "b1", "b2"], also: Array(repeating: "", count: 5))
        #expect(groups.map(\.hosts) == [[0], [1, 2], [3, 4]])
        #expect(groups[1].template?.hostName == "first")
    }

    @Test func relativeIncludesBelongToTheirDirectory() {
        let files = [
            "/users/me/.ssh/config": "Include more/*\nInclude ~/x\n", "/users/me/.ssh/more/1": "Host a\n",
            "/users/me/x": "Host b\n", "/etc/ssh/ssh_config": "Include conf.d/*\n", "/etc/ssh/conf.d/1": "Host c\n",
        ]
        let names = ["a", "b", "c", "d", "e"]
        let groups = scan(files, path: nil).groups(names: names, also: names.map { _ in "" })
        #expect(groups.map(\.hosts) == [[0], [1], [2], [3, 4]])
        #expect(scan(files, path: "none").groups(names: names, also: names.map { _ in "" }).count == 1)
    }

    @Test func loopsEndAndThenEveryHostIsAskedAbout() {
        for files in [
            ["/c": "Include /c\nHost a\n"], ["/c": "Include /d /d\n", "/d": "Include /c /c\n"],
            ["/c": "Include ~other/x\n"], ["/c": "Include ${X}/x\n"],
        ] {
            let scan = scan(files)
            #expect(!scan.isComplete)
            #expect(scan.groups(names: ["x", "y"], also: ["", ""]).map(\.hosts) == [[0], [1]])
        }
        #expect(scan(["/c": "Include /missing\nHost a\n"]).isComplete)
    }

    @Test(arguments: [
        ("  Host a b", "host", ["a", "b"]), ("Host=a", "host", ["a"]), ("HOST = \"a b\" c", "host", ["a b", "c"]),
        ("x 'y z'w # rest", "x", ["y zw"]), (#"x a\"b"#, "x", ["a\"b"]), ("x", "x", []), ("x \"open", "x", ["open"]),
        ("x \"\" y#z", "x", ["", "y#z"]), ("x\t1\r", "x", ["1"]),
    ])
    func linesAreTakenApart(text: String, keyword: String, words: [String]) {
        let line = ConfigurationLine(Array(text.utf8)[...])
        #expect(line?.keyword == keyword)
        #expect(line?.words == words)
    }

    @Test func commentsAndEmptyLinesSayNothing() {
        for text in ["", "  ", "# Host a", "\t#"] { #expect(ConfigurationLine(Array(text.utf8)[...]) == nil) }
    }

    @Test func anyBytesAreScanned() {
        let good = Array("Host a* !b\nMatch host x,y exec \"z\"\nInclude /d\nHostName %h\n".utf8)
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<5 { bytes[.random(in: 0..<bytes.count)] = .random(in: 0...255) }
            let scan = ConfigurationScan(
                path: "/c", home: "/", source: .init(read: { _ in bytes }, expand: { _ in [] }))
            #expect(scan.groups(names: ["a", "b"], also: ["", ""]).flatMap(\.hosts).sorted() == [0, 1])
        }
    }
}
