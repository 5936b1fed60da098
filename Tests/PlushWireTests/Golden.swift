import NIOCore
import PlushTree
import PlushWire
import Testing

/// One row of a golden table: a value and the bytes that stand for it on every machine, written by hand from the
/// article "The wire format", which shows some of them as its worked example.
struct Golden<Value: Hashable & Sendable>: Sendable, CustomTestStringConvertible {
    let name: String
    let value: Value
    /// As ``hex(_:)`` reads it, one blank or more between fields.
    let text: String

    init(_ name: String, _ value: Value, _ text: String) {
        self.name = name
        self.value = value
        self.text = text
    }

    var testDescription: String { name }
    var bytes: [UInt8] { hex(text) }
}

/// Every message as a whole frame: length, type, payload.
let goldenMessages: [Golden<Message>] = [
    Golden(
        "attach", .attach(Samples.attach),
        """
        0000006e 01  01 02  03  03 ac02  04  01 05 01 06 01 00
        01 03 07 02 05 00 01 01 00000003 02 6e6f 02 02 05 00 00*16 02 00 01
        01 08 09 05  01 01 61 01 62 0a 02 05 00
        01 05 55*32 04 7f000001 1f90  01 01 02 03
        """),
    Golden(
        "attach reply: accepted", .attachReply(.accepted(Samples.acceptance)),
        "00000019 02  00  02 ffffffff0f 06  14  e807  808004  0c  01 01 61 01 62 0a 02 05 00"),
    Golden(
        "attach reply: busy", .attachReply(.busy(retryAfterMilliseconds: 500, contacts: [Samples.contact])),
        "0000002d 02  01  f403  01 05 55*32 04 7f000001 1f90"),
    Golden("attach reply: refused", .attachReply(.refused("cycle")), "00000008 02  02  05 6379636c65"),
    Golden("attach commit", .attachCommit(AttachStamp(incarnation: 1, attempt: 2)), "00000003 03  01 02"),
    Golden(
        "heartbeat",
        .heartbeat(
            Heartbeat(
                sentMilliseconds: 128, lagMilliseconds: 5, roundTripMilliseconds: 7,
                applied: LogPosition(epoch: 1, index: 2))),
        "00000007 04  8001  05  07  01 02"),
    Golden(
        "heartbeat reply",
        .heartbeatReply(
            HeartbeatReply(echoMilliseconds: 128, rootAgeMilliseconds: 20, lagMilliseconds: 0, path: [.controller])),
        "0000000b 05  8001  14  00  01 ffffffff0f"),
    Golden("beacon", .beacon(Samples.beacon), "00000047 06  01  02  ac02  04  05  dd*64"),
    Golden("log", .log(Samples.batch), "0000006e 07  01  01  02  00*32  09 07 06 02 ffffffff0f 00  dd*64"),
    Golden(
        "subtree report",
        .subtree(
            SubtreeReport(
                joined: [Samples.edge],
                departed: [
                    SubtreeReport.Departure(
                        ranks: Samples.ranks(7, 8, 9), through: Rank(6), reporter: Rank(5), cause: "gone",
                        kind: .closed)
                ])),
        "00000014 08  01 05 01 06 01 00  01 02 07 02 06 05 04 676f6e65 01  00"),
    Golden(
        "subtree report: an edge with its proof, a slow relay",
        .subtree(
            SubtreeReport(
                joined: [TreeEdge(child: Rank(5), incarnation: 1, parent: Rank(6), attempt: 2, proof: Samples.tag)],
                retired: Samples.ranks(6))),
        "0000001b 08  01 05 01 06 02 01 11*8 22*8  00  02 06 00"),
    Golden(
        "result report",
        .results(
            ResultReport(
                operation: Samples.operation, started: RankSet(count: 1000),
                buckets: [OutcomeBucket(outcome: .ok, ranks: RankSet(count: 1000))])),
        "00000023 09  01 02  02 00 e707  01 00 00000000 00 00 02 00 e707 00*16"),
    Golden("output, plain", .output(Samples.output), "0000001d 0a  01 02  01  00  01  11*8 22*8  00 02 6869  02 00 00"),
    Golden(
        "output, lz4, ranks as a bitmap", .output(Samples.packedOutput),
        "00000023 0a  01 02  02  ac02  02  11*8 22*8  01 64 03 aabbcc  15 00 03 555505"),
    Golden(
        "file chunk",
        .chunk(FileChunk(operation: Samples.operation, number: 3, body: Body(plain: buffer([0x78])))),
        "00000007 0b  01 02  03  00 01 78"),
    Golden("credit", .credit(65_600), "00000004 0c  c08004"),
    Golden("leave", .leave("bye"), "00000005 0d  03 627965"),
    Golden(
        "lineage", .lineage(Lineage(path: [.controller, Rank(6)], contacts: [Samples.contact])),
        "00000031 0e  02 ffffffff0f 06  01 05 55*32 04 7f000001 1f90"),
    Golden(
        "output acknowledgement",
        .outputAcknowledgement(
            OutputAcknowledgement(
                operation: Samples.operation, stream: .standardOutput,
                levels: [OutputAcknowledgement.Level(count: 300, ranks: Samples.ranks(5))], wantsAll: true)),
        "0000000b 0f  01 02  01  01 ac02 02 05 00  01"),
    Golden("redirect", .redirect([Samples.contact]), "0000002a 10  01 05 55*32 04 7f000001 1f90"),
    Golden("retire", .retire([]), "00000002 11  00"),
    Golden("detach", .detach("bye"), "00000005 12  03 627965"),
]

/// Every launch message as a whole frame.
let goldenLaunchMessages: [Golden<LaunchMessage>] = [
    Golden("hello", .hello(Samples.hello), "0000002d 80  0001  11*32  1f90  000004d2  03 312e30"),
    Golden(
        "bootstrap", .bootstrap(Samples.bootstrap(parentAddress: Samples.ipv6)),
        """
        0000020a 81  11*32  22*32
        33*16 01 44*32 ffffffff0f 01 05 55*32 04 7f000001 1f90 00*32 dd*64
        33*16 01 07 01 66*32 03 02 e0d403 dd*64
        02 6e37  08  ac02  b0ea01  e807  10  05 55*32 01 10 20010db8 00*11 01 1f90
        77*32  01 04 7f000001 1f90  01 05 55*32 04 7f000001 1f90
        """),
    Golden(
        "bootstrap over the channel", .bootstrap(Samples.bootstrap(parentAddress: nil)),
        """
        000001c8 81  11*32  22*32
        33*16 01 44*32 ffffffff0f 01 05 55*32 04 7f000001 1f90 00*32 dd*64
        33*16 01 07 01 66*32 03 02 e0d403 dd*64
        02 6e37  08  ac02  b0ea01  e807  10  05 55*32 00
        77*32  00  00
        """),
    Golden("failed", .failed("full"), "00000006 82  04 66756c6c"),
    Golden("attached", .attached, "00000001 83"),
]

/// Every kind of record, as a batch holds it; the target set of operations is `01 01 02 00 03`.
let goldenRecords: [Golden<LogRecord>] = [
    Golden("probe", Samples.operation(.probe), "01  01 02  01 01 02 00 03  e0d403  fa01  00"),
    Golden(
        "run", Samples.operation(.run(Samples.run)),
        """
        01  01 02  01 01 02 00 03  e0d403  fa01  01
        01 61  02 02 6c73 02 2d6c  01 01 4b 01 76  00  e807  64  02  01 01 62
        """),
    Golden(
        "files", Samples.operation(.files(Samples.files)),
        """
        01  01 02  01 01 02 00 03  e0d403  fa01  02
        01 61  04  02  01 66 05 01a4 02 aa*32 bb*32  03 642f65 00 01ed 00
        """),
    Golden(
        "collect", Samples.operation(.collect(CollectTask(application: "a", paths: ["logs"]))),
        "01  01 02  01 01 02 00 03  e0d403  fa01  03  01 61  01 04 6c6f6773"),
    Golden("cancel", .cancel(Cancel(operation: Samples.operation, ranks: Samples.ranks(1))), "02  01 02  02 01 00"),
    Golden(
        "settle", .settle(Samples.settlement),
        """
        03  01 02  02
        00 00000000 00 06 02 00 00 11*8 22*8
        01 fffffff7 00 00 04 01 00 01 00 00*16
        01
        """),
    Golden(
        "roster",
        .roster(
            RosterChange(
                version: 2, evictions: [RosterChange.Eviction(ranks: Samples.ranks(4), incarnationFloor: 3)])),
        "04  02  01 02 04 00 03"),
    Golden(
        "release",
        .release(BarrierRelease(application: "a", name: "b", generation: 3, onTime: RankSet())),
        "05  01 61  01 62  03  00"),
    Golden("controllers", .controllers(RankSet(.controller)), "06  02 ffffffff0f 00"),
    Golden("dissolve", .dissolve, "07"),
]
