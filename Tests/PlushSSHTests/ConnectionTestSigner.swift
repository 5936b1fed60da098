import CSodium
import Foundation
import NIOCore

@testable import PlushSSH

/// An Ed25519 key pair, as `authorized_keys` and an ssh-agent know it.
struct TestKey: Sendable {
    let identity: SSHIdentity
    let secret: [UInt8]

    init(_ comment: String = "test") {
        var publicKey = [UInt8](repeating: 0, count: 32)
        var secret = [UInt8](repeating: 0, count: 64)
        crypto_sign_keypair(&publicKey, &secret)
        self.secret = secret
        identity = SSHIdentity(blob: Self.string(Array("ssh-ed25519".utf8)) + Self.string(publicKey), comment: comment)!
    }

    /// A line of `authorized_keys`.
    var line: String { "ssh-ed25519 \(Data(identity.blob).base64EncodedString()) \(identity.comment)" }

    func sign(_ bytes: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        crypto_sign_detached(&signature, nil, bytes, UInt64(bytes.count), secret)
        return signature
    }

    /// An identity of another algorithm, with a key that nobody has.
    static func other(_ algorithm: String, _ comment: String) -> SSHIdentity {
        let numbers = string([1, 0, 1]) + string([UInt8](repeating: 7, count: 64))
        return SSHIdentity(blob: string(Array(algorithm.utf8)) + numbers, comment: comment)!
    }

    static func string(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
    }
}

/// Signs with keys in memory, at once, in a later turn of the event loop, not at all, or never.
final class TestSigner: SSHSigner, @unchecked Sendable {  // used on its event loop
    enum Manner { case atOnce, later, refusing, silent, nonsense }

    private let loop: any EventLoop
    private let keys: [TestKey]
    private let manner: Manner
    private(set) var requests = 0
    private(set) var waiting: [EventLoopPromise<[UInt8]>] = []

    init(_ keys: [TestKey], _ manner: Manner = .atOnce, on loop: any EventLoop) {
        self.keys = keys
        self.manner = manner
        self.loop = loop
    }

    func sign(_ data: [UInt8], with identity: SSHIdentity) -> EventLoopFuture<[UInt8]> {
        requests += 1
        let promise = loop.makePromise(of: [UInt8].self)
        guard let key = keys.first(where: { $0.identity == identity }) else {
            promise.fail(SSHFailure(.authentication, "the agent does not have \(identity.comment)"))
            return promise.futureResult
        }
        switch manner {
        case .atOnce: promise.succeed(key.sign(data))
        case .later: loop.execute { self.loop.execute { promise.succeed(key.sign(data)) } }
        case .refusing: promise.fail(SSHFailure(.authentication, "the agent refused to sign"))
        case .silent: waiting.append(promise)
        case .nonsense: promise.succeed([UInt8](repeating: 1, count: 64))
        }
        return promise.futureResult
    }

    /// A promise must not be forgotten.
    func giveUp() {
        for promise in waiting {
            promise.fail(SSHFailure(.authentication, "given up"))
        }
        waiting = []
    }
}
