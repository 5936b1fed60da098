import PlushTree
import Testing

@Suite struct TreeShapeTests {
    /// A tree built node by node: each host hangs below the first position that has room.
    private struct Oracle {
        var parent: [Int?] = [nil]
        var children: [[Int]] = [[]]

        init(arity: Int, count: Int) {
            var open = 0
            for position in 0..<count {
                while children[open].count == arity { open += 1 }
                children[open].append(position + 1)
                parent.append(open)
                children.append([])
            }
        }

        func depth(_ position: Int) -> Int {
            parent[position].map { depth($0) + 1 } ?? 0
        }

        func descendants(_ position: Int) -> Int {
            children[position].reduce(0) { $0 + 1 + descendants($1) }
        }
    }

    private static let shapes: [TreeShape] =
        [1, 2, 3, 4, 7, 8, 16, 31, 64, 299, 300, 301, 4096].map { .kary(fanout: $0) } + [.flat, .chain]

    @Test(arguments: shapes)
    func shapesAgreeWithATreeBuiltNodeByNode(shape: TreeShape) {
        for count in Array(0...40) + [63, 64, 65, 127, 255, 256, 257, 273, 299, 300] {
            let arity = shape == .flat ? max(1, count) : shape.fanout(count: count)
            let oracle = Oracle(arity: arity, count: count)
            let positions = 0...count
            #expect(positions.map { shape.parent(of: $0, count: count) } == oracle.parent)
            #expect(positions.map { Array(shape.children(of: $0, count: count)) } == oracle.children)
            #expect(positions.map { shape.depth(of: $0, count: count) } == positions.map(oracle.depth))
            #expect(positions.map { shape.descendants(of: $0, count: count) } == positions.map(oracle.descendants))
            #expect(shape.depth(count: count) == positions.map(oracle.depth).max())
            #expect(shape.children(of: count + 1, count: count).isEmpty)
            #expect(shape.descendants(of: count + 1, count: count) == 0)
        }
    }

    /// The hosts are counted once each by walking the children, whatever the shape: all N up to 300.
    @Test(arguments: shapes)
    func everyHostHasOnePlace(shape: TreeShape) {
        for count in 0...300 {
            let edges = (0...count).flatMap { parent in
                shape.children(of: parent, count: count).map { [parent, $0] }
            }
            #expect(edges.map { $0[1] } == (0..<count).map { $0 + 1 })
            #expect(edges.allSatisfy { shape.parent(of: $0[1], count: count) == $0[0] }, "\(count) hosts")
            #expect(shape.descendants(of: 0, count: count) == count)
        }
    }

    @Test(arguments: [
        (2, [9, 9, 12, 13, 16]), (8, [4, 4, 4, 5, 6]), (16, [3, 3, 3, 4, 5]), (32, [2, 2, 3, 3, 4]),
        (64, [2, 2, 3, 3, 3]),
    ])
    func depthsAreThoseOfTheClosedForm(fanout: Int, depths: [Int]) {
        let shape = TreeShape.kary(fanout: fanout)
        #expect([800, 1_000, 4_368, 10_000, 100_000].map { shape.depth(count: $0) } == depths)
    }

    @Test func theStandardShapeIsFullAtDepthThree() {
        #expect(TreeShape.standard.depth(count: 4_368) == 3)
        #expect(TreeShape.standard.depth(count: 4_369) == 4)
    }

    @Test func flatAndChainAreTheExtremes() {
        #expect(TreeShape.flat.depth(count: 1_000) == 1)
        #expect(TreeShape.flat.children(of: 0, count: 1_000) == 1..<1_001)
        #expect(TreeShape.chain.depth(count: 1_000_000) == 1_000_000)
        #expect(TreeShape.chain.descendants(of: 400_000, count: 1_000_000) == 600_000)
        #expect(TreeShape.flat.depth(count: 0) == 0)
    }

    @Test func positionsBeyondAllBoundsHaveNoChildren() {
        for shape in Self.shapes {
            #expect(shape.children(of: Int.max, count: 300).isEmpty)
            #expect(shape.descendants(of: Int.max, count: 300) == 0)
        }
        #expect(TreeShape.kary(fanout: 0).fanout(count: 5) == 1)
        #expect(TreeShape.standard.parent(of: 0, count: 5) == nil)
    }

    @Test func aDepthGivesTheSmallestFanoutThatHoldsAllHosts() {
        for count in 0...300 {
            for depth in 1...9 {
                let shape = TreeShape.kary(depth: depth, count: count)
                #expect(shape.depth(count: count) <= depth, "\(count) hosts within \(depth)")
                let fanout = shape.fanout(count: count)
                if fanout > 1 {
                    #expect(TreeShape.kary(fanout: fanout - 1).depth(count: count) > depth, "\(count) within \(depth)")
                }
            }
        }
    }

    @Test func aDepthIsFoundForAMillionHosts() {
        #expect(TreeShape.kary(depth: 1, count: 1_000_000) == .kary(fanout: 1_000_000))
        #expect(TreeShape.kary(depth: 2, count: 1_000_000) == .kary(fanout: 1_000))
        #expect(TreeShape.kary(depth: 20, count: 1_000_000) == .kary(fanout: 2))
        #expect(TreeShape.kary(depth: 1_000_000, count: 1_000_000) == .kary(fanout: 1))
        #expect(TreeShape.kary(depth: 0, count: 5) == .kary(fanout: 5))
        #expect(TreeShape.kary(depth: -1, count: 0) == .kary(fanout: 1))
    }

    @Test(arguments: ["flat", "chain", "kary:1", "kary:16", "kary:4096"])
    func goodTextIsReadAndPrintedAlike(text: String) {
        #expect(TreeShape(text)?.description == text)
    }

    @Test(arguments: [
        "", "Flat", "flat ", " chain", "star", "kary", "kary:", "kary:0", "kary:-1", "kary:+2", "kary:02", "kary:4097",
        "kary:1.5", "kary: 2", "kary:2 ", "kary:x", "KARY:2", "kary:99999999999999999999", "kary:2:2", "16",
    ])
    func badTextIsNoShape(text: String) {
        #expect(TreeShape(text) == nil)
    }
}
