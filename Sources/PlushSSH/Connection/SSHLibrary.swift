import CSSH2

/// What libssh2 needs once per process, and the algorithms that are asked of it.
enum SSHLibrary {
    /// `libssh2_init` is not safe for threads, a static constant is: the result is 0 when the library can be used.
    static let initialisation = libssh2_init(0)

    /// Stands where libssh2 wants a socket; it never reads or writes it.
    static let descriptor = plush_ssh2_descriptor()

    /// The host keys that libssh2 can check, in its own order. It knows certificates and DSA too: the first cannot be
    /// judged by a known_hosts file, the second is not safe.
    static let hostKeyAlgorithms = [
        "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-ed25519", "ssh-rsa",
    ]

    /// libssh2's list without what rests on SHA-1 and on 1,024-bit groups. P-256 comes first because it is the one that
    /// costs servers least: OpenSSH computes Curve25519 in portable C (some 4 ms of CPU more per login, measured with
    /// 9.2), P-256 with OpenSSL's assembler.
    static let keyExchanges = [
        "ecdh-sha2-nistp256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256",
    ]

    /// Those of them that a configuration allows; all where it says nothing.
    static func keyExchangeOffer(allowed: [String]) -> [String] {
        allowed.isEmpty ? keyExchanges : keyExchanges.filter { allowed.contains($0) }
    }

    /// Neither CBC nor RC4.
    static let ciphers = ["aes128-ctr", "aes192-ctr", "aes256-ctr"]

    /// Neither MD5 nor shortened ones; SHA-1 is sound in an HMAC, and all that some old servers have.
    static let authenticators = ["hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"]

    /// The host key algorithms to offer: those of the known keys first, then the others, so that a host that shows
    /// another key is judged and not merely found to have no algorithm in common.
    static func hostKeyOffer(preferred: [String]) -> [String] {
        let known = preferred.filter(hostKeyAlgorithms.contains)
        return known + hostKeyAlgorithms.filter { !known.contains($0) }
    }
}
