import NIOCore
import PlushSeal

/// Sealing and opening of frames with PlushSeal, against the same work in C: the same bytes, the same batches.
struct SealMeasurement {
    private struct Result {
        let size: Int
        let isCompressed: Bool
        let seal: Double
        let open: Double
    }

    private static let rounds = 3
    private static let batch = 64
    private let results: [(own: Result, floor: Result)]

    /// Rounds of both take turns; the fastest of each counts.
    init(_ floor: Floor) throws {
        var own: [String: Result] = [:]
        var least: [String: Result] = [:]
        var order: [String] = []
        for _ in 0..<Self.rounds {
            for line in try floor.lines("seal 1") {
                guard line.count == 3, let seal = Double(line[1]), let open = Double(line[2]) else {
                    throw BenchError("plush-bench-floor seal printed something else than a size and two numbers")
                }
                let name = String(line[0])
                let parts = line[0].split(separator: "+")
                guard let size = parts.first.flatMap({ Int($0) }) else { throw BenchError("no size: \(name)") }
                let result = Result(size: size, isCompressed: parts.count > 1, seal: seal, open: open)
                if least[name] == nil { order.append(name) }
                least[name] = Self.faster(least[name], result)
                own[name] = Self.faster(own[name], try Self.measure(size, isCompressed: result.isCompressed))
            }
        }
        results = order.compactMap { name in own[name].flatMap { own in least[name].map { (own, $0) } } }
    }

    private static func faster(_ left: Result?, _ right: Result) -> Result {
        guard let left else { return right }
        return Result(
            size: left.size, isCompressed: left.isCompressed, seal: min(left.seal, right.seal),
            open: min(left.open, right.open))
    }

    /// Lines of a log, as in `seal_floor.c`.
    private static func frame(_ size: Int) -> ByteBuffer {
        let line = Array("host-0042: step finished with 0\n".utf8)
        var bytes = (0..<size).map { line[$0 % line.count] }
        for index in stride(from: 0, to: size, by: 97) { bytes[index] = UInt8(truncatingIfNeeded: index * 31) }
        return ByteBuffer(bytes: bytes)
    }

    private static func measure(_ size: Int, isCompressed: Bool) throws -> Result {
        let plain = frame(size)
        let key = SecretBytes(count: ChaChaPoly.keyBytes) { storage in
            for index in 0..<ChaChaPoly.keyBytes { storage[index] = UInt8(index) }
        }
        let sealer = RecordSealer(cipher: CipherState(key: key))
        let opener = RecordOpener(cipher: CipherState(key: key))
        let frames = min((64 << 20) / size, 1 << 18)
        var records = ByteBuffer()
        var opened = ByteBuffer()
        var sealing = 0.0
        var opening = 0.0
        var counter = 0
        while counter < frames {
            records.clear()
            let begin = ContinuousClock.now
            for _ in 0..<batch {
                sealer.seal(isCompressed ? Lz4.compress(plain) ?? plain : plain, into: &records)
            }
            let middle = ContinuousClock.now
            for _ in 0..<batch {
                opened.clear()
                guard try opener.open(&records, into: &opened) else { throw BenchError("a record is not complete") }
                guard isCompressed else { continue }
                let body = try Lz4.decompress(opened, declaredBytes: size, bytesMax: 1 << 20)
                guard body.readableBytes == size else { throw BenchError("a body does not decompress") }
            }
            opening += nanoseconds(.now - middle)
            sealing += nanoseconds(middle - begin)
            counter += batch
        }
        return Result(
            size: size, isCompressed: isCompressed, seal: sealing / Double(counter), open: opening / Double(counter))
    }

    private static func nanoseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9
    }

    var rows: [Report.Row] {
        results.flatMap { own, floor in
            let what = "\(own.size) B" + (own.isCompressed ? " with lz4" : "")
            return [
                Report.Row(name: "seal \(what)", value: own.seal, unit: "ns", floor: floor.seal, aim: 1.25),
                Report.Row(name: "open \(what)", value: own.open, unit: "ns", floor: floor.open, aim: 1.25),
            ]
        }
    }
}
