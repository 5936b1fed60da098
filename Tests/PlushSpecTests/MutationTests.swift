import PlushSpec
import Testing

/// Documents changed at random places. The seed is fixed; a failure names the mutant.
@Suite struct MutationTests {
    private static let seed: UInt64 = 0x9_1A5_4

    /// Deletes, doubles or garbles a run of bytes, once to three times.
    private func mutated(_ bytes: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !result.isEmpty {
            let start = Int.random(in: 0..<result.count, using: &generator)
            let end = min(result.count, start + Int.random(in: 1...12, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: result.removeSubrange(start..<end)
            case 1: result.insert(contentsOf: result[start..<end], at: start)
            case 2: result[start] = UInt8.random(in: 0...255, using: &generator)
            default: result[start] = Array("<>/\"&= x0".utf8).randomElement(using: &generator) ?? 0
            }
        }
        return result
    }

    @Test func aMutantGivesAValueOrAFaultWithFileAndLine() {
        var generator = SeededGenerator(state: Self.seed)
        let texts = (ExampleSpecifications.all.map(\.text) + [fullText]).map { Array($0.utf8) }
        var accepted = 0
        for number in 0..<2_000 {
            let mutant = mutated(texts[number % texts.count], with: &generator)
            do {
                let value = try SpecificationParser.parse(mutant, fileName: "app.xml")
                #expect(!value.projects.isEmpty)
                accepted += 1
            } catch {
                let lines = mutant.count { $0 == UInt8(ascii: "\n") } + 1
                for fault in error.faults {
                    #expect((1...lines).contains(fault.line), "mutant \(number): \(fault)")
                    #expect(fault.description.hasPrefix("app.xml:\(fault.line): "))
                    #expect(fault.code != .schema, "walk and schema have drifted, mutant \(number): \(fault)")
                }
            }
        }
        // Neither side of the test is empty.
        #expect((100..<1_900).contains(accepted), "\(accepted) of 2000 accepted")
    }

    /// Moves, doubles or removes whole lines, which keeps many mutants well-formed and lets both judges speak.
    @Test func walkAndSchemaAgreeOnTheShape() {
        var generator = SeededGenerator(state: Self.seed + 1)
        let shape: Set<SpecificationFault.Code> = [.unknownElement, .unknownAttribute]
        var judged = 0
        for number in 0..<2_000 {
            var lines = fullText.split(separator: "\n")
            let from = Int.random(in: 1..<lines.count - 1, using: &generator)
            let target = Int.random(in: 1..<lines.count - 1, using: &generator)
            let line = lines[from]
            if Bool.random(using: &generator) { lines.remove(at: from) }
            lines.insert(line, at: min(target, lines.count - 1))
            let text = lines.joined(separator: "\n")
            guard let verdict = schemaAccepts(text) else { continue }
            judged += 1
            let found = faults(text)
            if found.isEmpty { #expect(verdict, "mutant \(number)") }
            if found.contains(where: { shape.contains($0.code) }) { #expect(!verdict, "mutant \(number): \(found)") }
            #expect(!found.contains { $0.code == .schema }, "mutant \(number)")
        }
        #expect(judged > 500)
    }
}
