/// The limits of talking to an ssh-agent, each with its reason. It is the user's own program, yet a forwarded socket may
/// lead to one on another machine.
package enum KeyAgentLimits {
    /// One message either way: what OpenSSH's agent itself takes and gives (AGENT_MAX_LEN).
    package static let messageBytesMax = 256 << 10
    /// Keys in one agent: OpenSSH's own bound (MAX_AGENT_IDENTITIES).
    package static let identitiesMax = 2_048
    /// Requests under way at one time: each host has one, and the launch window bounds the hosts.
    package static let pendingMax = 16_384
    /// What is kept of an agent's name for a key: it is shown to people.
    package static let commentCharactersMax = 256
}
