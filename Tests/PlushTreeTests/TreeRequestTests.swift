import PlushTree
import Testing

@Suite struct TreeRequestTests {
    @Test(arguments: [
        ("kary:1", TreeShape.kary(fanout: 1)), ("kary:16", .kary(fanout: 16)), ("kary:4096", .kary(fanout: 4096)),
        ("flat", .flat), ("chain", .chain), ("binomial", .binomial),
        ("postal:20ms,50us", .postal(LinkCosts(latencyNanoseconds: 20_000_000, gapNanoseconds: 50_000))),
        ("postal:0,1ns", .postal(LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 1))),
        ("postal:60s,60s", .postal(LinkCosts(latencyNanoseconds: .max, gapNanoseconds: .max))),
    ])
    func shapesAreReadAndPrintedAlike(text: String, shape: TreeShape) throws {
        #expect(try TreeRequest(text) == .shape(shape))
        #expect(TreeShape(text) == shape)
        #expect(shape.description == text)
        #expect(try TreeRequest(shape.description) == .shape(shape))
    }

    @Test func waysToFindAShapeAreNotShapes() throws {
        let costs = LinkCosts(latencyNanoseconds: 1_500_000, gapNanoseconds: 250)
        #expect(try TreeRequest("auto") == .auto(nil))
        #expect(try TreeRequest("auto:1.5ms,250ns") == .auto(costs))
        #expect(try TreeRequest("auto:1500us,0.25us") == .auto(costs))
        #expect(try TreeRequest("postal") == .postal)
        #expect(try TreeRequest("file:a:b c") == .file(path: "a:b c"))
        for text in ["auto", "auto:1ms,1ms", "postal", "file:tree"] { #expect(TreeShape(text) == nil) }
    }

    @Test(arguments: [
        "", "Flat", "flat ", " chain", "star", "kary", "kary:", "kary:0", "kary:-1", "kary:+2", "kary:02", "kary:4097",
        "kary:1.5", "kary: 2", "kary:2 ", "kary:x", "KARY:2", "kary:99999999999999999999", "kary:2:2", "16", ":",
        "flat:", "flat:1", "chain:2", "binomial:2", "binomial ", "file", "file:", "Auto", "Postal", "postal ",
        "explicit",
    ])
    func whatIsNoTreeIsAnsweredWithAllThatIs(text: String) {
        #expect(TreeShape(text) == nil)
        let error = #expect(throws: TreeError.self) { try TreeRequest(text) }
        #expect(error?.code == .request && error?.line == 0)
        #expect(error?.message == "takes \(TreeRequest.forms), not '\(text)'")
    }

    @Test(arguments: [
        ("", "not L,g"), ("20ms", "not L,g"), ("1ms,1us,1us", "not L,g"), (",", "L = ''"), ("1ms,", "g = ''"),
        (",1us", "L = ''"), ("5,1us", "L = '5'"), ("1ms,1", "g = '1'"), ("1ms, 1us", "g = ' 1us'"),
        ("-1ms,1us", "L = '-1ms'"), ("+1ms,1us", "L = '+1ms'"), ("1m,1us", "L = '1m'"), ("1MS,1us", "L = '1MS'"),
        ("1.5ns,1us", "L = '1.5ns'"), ("1.05ns,1us", "L = '1.05ns'"), (".5ms,1us", "L = '.5ms'"),
        ("5.ms,1us", "L = '5.ms'"), ("1.2.3ms,1us", "L = '1.2.3ms'"), ("٣ms,1us", "L = '٣ms'"), ("ms,1us", "L = 'ms'"),
        ("1e3ms,1us", "L = '1e3ms'"), ("99999999999999999999s,1us", "L = '99999999999999999999s'"),
        ("1ms,0", "g = '0' is out of range: from 1ns to 60s"), ("61s,1us", "L = '61s' is out of range: from 0 to 60s"),
        ("999999999999s,1us", "L = '999999999999s' is no time"), ("1ms,60.000000001s", "out of range"),
    ])
    func costsThatCannotBeReadAreNamed(text: String, complaint: String) {
        for name in ["postal", "auto"] {
            let error = #expect(throws: TreeError.self) { try TreeRequest("\(name):\(text)") }
            #expect(error?.message.contains(complaint) == true, "\(error?.message ?? "")")
        }
    }

    @Test func errorsRepeatNoMoreThanALineOfWhatWasGiven() {
        let error = #expect(throws: TreeError.self) {
            try TreeRequest("kary:\u{1B}[31m\n" + String(repeating: "x", count: 99))
        }
        #expect(error?.message.contains("\u{1B}") == false && error?.message.contains("\n") == false)
        #expect((error?.message.count ?? .max) < 250)
    }

    @Test func costsBeyondTheirLimitsAreMovedToTheNearest() {
        let costs = LinkCosts(latencyNanoseconds: .max, gapNanoseconds: 0)
        #expect(costs.latencyNanoseconds == 60_000_000_000 && costs.gapNanoseconds == 1)
    }
}
