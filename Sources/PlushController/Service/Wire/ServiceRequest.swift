import NIOCore
import PlushTree
import PlushWire

/// What a client says on the socket. One request at a time: the next is read when the last has been answered.
enum ServiceRequest: Hashable {
    /// The first of every connection: the version that the client speaks, and what it was built as.
    case hello(version: UInt16, build: String)
    /// Runs a command. Answered by `accepted`, then, unless it is detached, by what happens, as with `follow`.
    case exec(ExecRequest)
    /// A piece of the input of the command that was accepted last.
    case input(ByteBuffer)
    /// All of it was sent: the command may begin.
    case inputEnd
    /// What an operation has told so far, from the beginning. `waits`: and what it will tell, to its end.
    case follow(operation: UInt32, waits: Bool)
    /// Stops the operation that this connection follows. There is no answer but what happens.
    case interrupt
    /// All operations that are known.
    case jobs
    /// Answered when the operation has ended.
    case wait(operation: UInt32)
    /// Stops an operation; answered at once.
    case kill(operation: UInt32)
    /// What is known of the hosts.
    case status
    /// Who is below whom.
    case tree
    /// The names of the hosts.
    case hosts
    /// The hosts on which an operation has not ended.
    case missing(operation: UInt32)
    /// Ends the overlay; answered when nothing of it is left.
    case end

    func encode() -> ByteBuffer {
        switch self {
        case .hello(let version, let build):
            ServiceFrame.encode(1) {
                $0.fixed(version)
                $0.words(build, max: WireLimits.detailBytesMax)
            }
        case .exec(let request): ServiceFrame.encode(2) { request.write(to: &$0) }
        case .input(let bytes): ServiceFrame.encode(3) { $0.bytes(bytes) }
        case .inputEnd: ServiceFrame.encode(4)
        case .follow(let operation, let waits):
            ServiceFrame.encode(5) {
                $0.varint(operation)
                $0.flag(waits)
            }
        case .interrupt: ServiceFrame.encode(6)
        case .jobs: ServiceFrame.encode(7)
        case .wait(let operation): ServiceFrame.encode(8) { $0.varint(operation) }
        case .kill(let operation): ServiceFrame.encode(9) { $0.varint(operation) }
        case .status: ServiceFrame.encode(10)
        case .tree: ServiceFrame.encode(11)
        case .hosts: ServiceFrame.encode(12)
        case .end: ServiceFrame.encode(13)
        case .missing(let operation): ServiceFrame.encode(14) { $0.varint(operation) }
        }
    }

    init(_ frame: FrameDecoder.Frame) throws(WireError) {
        var reader = WireReader(frame.payload)
        switch frame.type {
        case 1:
            let version = try reader.fixed(UInt16.self, "version")
            // Whoever speaks another version may say more behind it.
            guard version == ServiceLimits.version else {
                self = .hello(version: version, build: "")
                return
            }
            self = .hello(version: version, build: try reader.text(max: WireLimits.detailBytesMax, "build"))
        case 2: self = .exec(try ExecRequest(from: &reader))
        case 3: self = .input(try reader.bytes(max: ServiceLimits.inputBytesMax, "input"))
        case 4: self = .inputEnd
        case 5: self = .follow(operation: try reader.varint32("operation"), waits: try reader.flag("waits"))
        case 6: self = .interrupt
        case 7: self = .jobs
        case 8: self = .wait(operation: try reader.varint32("operation"))
        case 9: self = .kill(operation: try reader.varint32("operation"))
        case 10: self = .status
        case 11: self = .tree
        case 12: self = .hosts
        case 13: self = .end
        case 14: self = .missing(operation: try reader.varint32("operation"))
        default: throw WireError(.unknownType, "request")
        }
        try reader.finish("request")
    }
}

/// A command for hosts of the overlay.
struct ExecRequest: WireValue {
    /// One word is a line for the shell, several are a program and its arguments.
    var words: [String]
    var targets: RankSet
    var foldsOutput = false
    var commandMilliseconds: UInt64 = 0
    var deadlineMilliseconds: UInt64 = 0
    var graceMilliseconds: UInt32 = 2_000
    var commandsMax: UInt32 = 0
    var progressMilliseconds: UInt32 = 1_000
    /// Whether `input` follows, up to `inputEnd`.
    var hasInput = false
    /// Whether the client does not want to hear what happens.
    var isDetached = false

    init(words: [String], targets: RankSet) {
        self.words = words
        self.targets = targets
    }

    func write(to writer: inout WireWriter) {
        writer.list(words)
        targets.write(to: &writer)
        writer.flag(foldsOutput)
        writer.varint(commandMilliseconds)
        writer.varint(deadlineMilliseconds)
        writer.varint(graceMilliseconds)
        writer.varint(commandsMax)
        writer.varint(progressMilliseconds)
        writer.flag(hasInput)
        writer.flag(isDetached)
    }

    init(from reader: inout WireReader) throws(WireError) {
        words = try reader.list(String.self, max: ServiceLimits.wordsMax, "words")
        targets = try RankSet(from: &reader)
        foldsOutput = try reader.flag("fold")
        commandMilliseconds = try reader.varint("time limit")
        deadlineMilliseconds = try reader.varint("deadline")
        graceMilliseconds = try reader.varint32("grace")
        commandsMax = try reader.varint32("commands at one time")
        progressMilliseconds = try reader.varint32("progress")
        hasInput = try reader.flag("input")
        isDetached = try reader.flag("detached")
        guard !words.isEmpty else { throw WireError(.malformed, "words") }
        guard !targets.isEmpty else { throw WireError(.malformed, "targets") }
    }
}
