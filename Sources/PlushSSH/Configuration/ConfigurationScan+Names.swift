extension ConfigurationScan {
    /// The key files that are named for any host, in order; those with a name that depends on the host are left out.
    package var identityFiles: [String] {
        paths(blocks.flatMap(\.identityFiles))
    }

    /// The known_hosts files of the user that are named for any host, likewise.
    package var userKnownHostsFiles: [String] {
        paths(blocks.flatMap { $0.userKnownHostsFiles ?? [] })
    }

    private func paths(_ words: [String]) -> [String] {
        var paths: [String] = []
        for word in words where word.lowercased() != "none" && !word.contains("%") && !word.contains("${") {
            let path = word.hasPrefix("~/") ? home + word.dropFirst() : word
            if !paths.contains(path) { paths.append(path) }
        }
        return paths
    }
}
