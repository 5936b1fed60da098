import CSSH2
import Glibc
import NIOCore

/// One libssh2 session over two buffers instead of a socket. Whoever drives it feeds ``input``, calls, and sends what is
/// in ``output`` afterwards: sending never makes libssh2 wait, so that only missing input can. Not for several threads.
final class SSHSession {
    /// Where a call of libssh2 got.
    enum Progress: Equatable {
        /// It is done.
        case done
        /// It is to be repeated when there is more input.
        case waiting
        /// It failed with an error of libssh2, described in its words.
        case failed(Int32, String)
    }

    /// What the server said with its disconnection (RFC 4253, section 11.1).
    struct Disconnection {
        let reason: Int
        let text: String
    }

    /// Received and not yet taken by libssh2.
    private(set) var input = ByteBuffer()
    /// Made by libssh2 and not yet sent.
    var output = ByteBuffer()
    /// The transport is gone: libssh2 finds nothing to read and nowhere to write.
    private var isDead = false
    /// The server's last words.
    private(set) var disconnection: Disconnection?
    /// What libssh2 wants signed for the login; it asks again with every call until there is an ``answer``.
    private(set) var bytesToSign: [UInt8]?
    /// The signature, once there is one.
    var answer: SSHSignature?

    private var heap: UnsafeMutablePointer<plush_ssh2_heap>?
    private(set) var handle: OpaquePointer?

    /// Nil when there is no memory or no descriptor left.
    init?(hostKeyAlgorithms: [String], keyExchanges: [String] = []) {
        guard SSHLibrary.initialisation == 0, SSHLibrary.descriptor > 0 else { return nil }
        heap = plush_ssh2_heap_new(Unmanaged.passUnretained(self).toOpaque(), SSHLimits.sessionBytesMax)
        guard let heap else { return nil }
        handle = plush_ssh2_session_new(heap)
        guard let handle else {
            end()
            return nil
        }
        libssh2_session_set_blocking(handle, 0)
        plush_ssh2_set_callbacks(handle, sendToSession, receiveFromSession, noteDisconnection)
        let methods = [
            (LIBSSH2_METHOD_HOSTKEY, SSHLibrary.hostKeyOffer(preferred: hostKeyAlgorithms)),
            (LIBSSH2_METHOD_KEX, SSHLibrary.keyExchangeOffer(allowed: keyExchanges)),
            (LIBSSH2_METHOD_CRYPT_CS, SSHLibrary.ciphers), (LIBSSH2_METHOD_CRYPT_SC, SSHLibrary.ciphers),
            (LIBSSH2_METHOD_MAC_CS, SSHLibrary.authenticators), (LIBSSH2_METHOD_MAC_SC, SSHLibrary.authenticators),
        ]
        for (method, names) in methods {
            guard libssh2_session_method_pref(handle, method, names.joined(separator: ",")) == 0 else {
                end()
                return nil
            }
        }
    }

    deinit {
        end()
    }

    /// Bytes of memory that libssh2 holds for this session.
    var heapBytes: Int { heap.map { $0.pointee.bytes } ?? 0 }

    /// Adds what came from the server.
    func feed(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            var bytes = bytes
            input.writeBuffer(&bytes)
        }
    }

    /// Exchanges keys; the first call says our own identification.
    func handshake() -> Progress {
        progress(libssh2_session_handshake(handle, SSHLibrary.descriptor))
    }

    /// The server's key, after the handshake.
    func hostKey() -> SSHHostKey? {
        var count = 0
        var type: Int32 = 0
        guard let bytes = libssh2_session_hostkey(handle, &count, &type) else { return nil }
        return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            SSHHostKey(blob: Array(UnsafeBufferPointer(start: $0, count: count)))
        }
    }

    /// Tries one key; waits for an ``answer`` too.
    func authenticate(_ user: String, with key: [UInt8]) -> Progress {
        let heap = libssh2_session_abstract(handle)
        return progress(libssh2_userauth_publickey(handle, user, key, key.count, askForSignature, heap))
    }

    /// Says goodbye into ``output``.
    func disconnect(_ words: String) {
        guard let handle, !isDead else { return }
        _ = libssh2_session_disconnect_ex(handle, Int32(SSH_DISCONNECT_BY_APPLICATION), words, "")
    }

    /// Gives everything back. `unwind` is the call that has not come to its end: repeated on the dead transport it fails
    /// and frees what it holds, which freeing the session does not (keys of an exchange belong to OpenSSL, not to the heap).
    func end(unwind: (() -> Void)? = nil) {
        isDead = true
        answer = .refused
        if let handle {
            unwind?()
            var calls = 0
            while libssh2_session_free(handle) == LIBSSH2_ERROR_EAGAIN, calls < SSHLimits.farewellCallsMax {
                calls += 1
            }
        }
        handle = nil
        if let heap {
            _ = plush_ssh2_heap_delete(heap)
        }
        heap = nil
        input.clear()
    }

    /// Reads a code that libssh2 returned.
    func progress(_ code: Int32) -> Progress {
        if code >= 0 { return .done }
        if code == LIBSSH2_ERROR_EAGAIN { return .waiting }
        return .failed(code, lastWords())
    }

    private func lastWords() -> String {
        var words: UnsafeMutablePointer<CChar>?
        guard handle != nil, libssh2_session_last_error(handle, &words, nil, 0) != 0, let words else { return "" }
        return String(cString: words)
    }

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !isDead else { return -Int(EPIPE) }
        return output.writeBytes(bytes)
    }

    fileprivate func give(_ space: UnsafeMutableRawBufferPointer) -> Int {
        guard !isDead else { return 0 }
        let count = min(input.readableBytes, space.count)
        guard count > 0 else { return -Int(EAGAIN) }
        input.withUnsafeReadableBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        input.moveReaderIndex(forwardBy: count)
        if input.readableBytes == 0 {
            input = ByteBuffer()  // lets go of the channel's buffer
        }
        return count
    }

    fileprivate func note(reason: Int, _ text: UnsafeRawBufferPointer) {
        let shown = SSHGreeting.printable(text, SSHLimits.reasonCharactersMax)
        disconnection = Disconnection(reason: reason, text: shown)
    }

    /// Forgets the signature of a key, because the next one is tried.
    func askAgain() {
        bytesToSign = nil
        answer = nil
    }

    fileprivate func sign(_ bytes: UnsafeRawBufferPointer) -> SSHSignature? {
        if answer == nil, bytesToSign == nil {
            bytesToSign = Array(bytes)
        }
        return answer
    }
}

/// What became of a signature.
enum SSHSignature {
    /// Here it is.
    case made([UInt8])
    /// There will be none.
    case refused
}

/// The session behind a heap; it lives as long as libssh2 can call.
private func session(_ heap: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SSHSession? {
    let owner = heap?.pointee?.assumingMemoryBound(to: plush_ssh2_heap.self).pointee.owner
    return owner.map { Unmanaged<SSHSession>.fromOpaque($0).takeUnretainedValue() }
}

private let sendToSession: plush_ssh2_send = { _, bytes, count, _, heap in
    session(heap)?.take(UnsafeRawBufferPointer(start: bytes, count: count)) ?? -Int(EPIPE)
}

private let receiveFromSession: plush_ssh2_receive = { _, bytes, count, _, heap in
    session(heap)?.give(UnsafeMutableRawBufferPointer(start: bytes, count: count)) ?? 0
}

private let noteDisconnection: plush_ssh2_disconnect = { _, reason, text, count, _, _, heap in
    session(heap)?.note(reason: Int(reason), UnsafeRawBufferPointer(start: text, count: max(Int(count), 0)))
}

private let askForSignature:
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?,
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 = { _, signature, signatureBytes, bytes, count, heap in
        switch session(heap)?.sign(UnsafeRawBufferPointer(start: bytes, count: count)) {
        case nil:
            return LIBSSH2_ERROR_EAGAIN
        case .refused?:
            return -1
        case .made(let made)?:
            // libssh2 frees it with the session's own heap.
            guard let memory = plush_ssh2_allocate(made.count, heap) else { return -1 }
            memory.copyMemory(from: made, byteCount: made.count)
            signature?.pointee = memory.assumingMemoryBound(to: UInt8.self)
            signatureBytes?.pointee = made.count
            return 0
        }
    }
