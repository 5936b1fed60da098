import Testing

@testable import PlushTree

/// Shapes against trees that are built node by node.
@Suite struct TreeShapeTests {
    /// A tree of parents alone: everything else is counted by hand.
    struct Oracle {
        let parents: [Int?]
        let children: [[Int]]

        init(_ parents: [Int?]) {
            var children = [[Int]](repeating: [], count: parents.count)
            for (position, parent) in parents.enumerated() {
                if let parent { children[parent].append(position) }
            }
            self.parents = parents
            self.children = children
        }

        /// Each host hangs below the first position that has room.
        static func complete(arity: Int, count: Int) -> Oracle {
            var parents: [Int?] = [nil]
            var open = 0
            var used = 0
            for _ in 0..<count {
                if used == arity { (open, used) = (open + 1, 0) }
                parents.append(open)
                used += 1
            }
            return Oracle(parents)
        }

        /// In every round all who have it tell one more, in their order.
        static func doubling(count: Int) -> Oracle {
            var parents: [Int?] = [nil]
            while parents.count <= count {
                for teller in 0..<parents.count where parents.count <= count { parents.append(teller) }
            }
            return Oracle(parents)
        }

        /// At every moment whoever can reach the next host first does, found by looking at all of them.
        static func postal(_ costs: LinkCosts, count: Int) -> Oracle {
            var parents: [Int?] = [nil]
            var freeAt: [UInt64] = [0]
            for _ in 0..<count {
                let teller = freeAt.indices.min { (freeAt[$0], $0) < (freeAt[$1], $1) } ?? 0
                freeAt[teller] += costs.gapNanoseconds
                parents.append(teller)
                freeAt.append(freeAt[teller] + costs.latencyNanoseconds)
            }
            return Oracle(parents)
        }

        func depth(_ position: Int) -> Int {
            parents[position].map { depth($0) + 1 } ?? 0
        }

        func descendants(_ position: Int) -> Int {
            children[position].reduce(0) { $0 + 1 + descendants($1) }
        }
    }

    private static func expectEqual(_ layout: TreeLayout, _ oracle: Oracle, _ what: Comment) {
        let positions = oracle.parents.indices
        #expect(layout.count == positions.count - 1, what)
        #expect(positions.map { layout.parent(of: $0) } == oracle.parents, what)
        #expect(positions.map { Array(layout.children(of: $0)) } == oracle.children, what)
        #expect(positions.map { layout.depth(of: $0) } == positions.map(oracle.depth), what)
        #expect(positions.map { layout.descendants(of: $0) } == positions.map(oracle.descendants), what)
        #expect(layout.depth == positions.map(oracle.depth).max(), what)
        #expect(layout.relayCount == oracle.children.dropFirst().count { !$0.isEmpty }, what)
        #expect(layout.fanout >= oracle.children.map(\.count).max() ?? 0, what)
        for outside in [-1, Int.min, positions.count, positions.count + 1, Int.max] {
            #expect(layout.parent(of: outside) == nil && layout.children(of: outside).isEmpty, what)
            #expect(layout.depth(of: outside) == 0 && layout.descendants(of: outside) == 0, what)
        }
        #expect(!layout.isExplicit && layout.host(at: 1) == nil && layout.position(ofHost: 0) == nil, what)
    }

    private static let counts = Array(0...70) + [127, 128, 255, 256, 257, 272, 273, 274, 299, 300]

    @Test(arguments: [1, 2, 3, 4, 7, 8, 16, 31, 64, 299, 300, 301, 4096])
    func completeTreesAgreeWithThoseBuiltNodeByNode(fanout: Int) {
        for count in Self.counts {
            Self.expectEqual(
                TreeShape.kary(fanout: fanout).layout(count: count), .complete(arity: fanout, count: count),
                "kary:\(fanout), \(count) hosts")
        }
    }

    @Test func theExtremesAgreeWithThoseBuiltNodeByNode() {
        for count in Self.counts {
            Self.expectEqual(TreeShape.flat.layout(count: count), .complete(arity: max(1, count), count: count), "flat")
            Self.expectEqual(TreeShape.chain.layout(count: count), .complete(arity: 1, count: count), "chain")
            #expect(TreeShape.flat.layout(count: count).fanout == max(1, count))
            #expect(TreeShape.chain.layout(count: count).fanout == 1)
        }
    }

    @Test func binomialTreesAgreeWithRoundsOfTelling() {
        for count in 0...300 {
            let oracle = Oracle.doubling(count: count)
            let layout = TreeShape.binomial.layout(count: count)
            Self.expectEqual(layout, oracle, "binomial, \(count) hosts")
            #expect(layout.fanout == max(1, oracle.children[0].count))
        }
    }

    @Test(arguments: [
        LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 1), LinkCosts(latencyNanoseconds: 1, gapNanoseconds: 1),
        LinkCosts(latencyNanoseconds: 1, gapNanoseconds: 2), LinkCosts(latencyNanoseconds: 7, gapNanoseconds: 3),
        LinkCosts(latencyNanoseconds: 100, gapNanoseconds: 7), LinkCosts(latencyNanoseconds: 5_000, gapNanoseconds: 1),
        .standard,
    ])
    func postalTreesAgreeWithASearchForWhoIsFirst(costs: LinkCosts) {
        for count in Self.counts {
            let oracle = Oracle.postal(costs, count: count)
            let layout = TreeShape.postal(costs).layout(count: count)
            Self.expectEqual(layout, oracle, "postal \(costs), \(count) hosts")
            #expect(layout.fanout == max(1, oracle.children.map(\.count).max() ?? 0))
        }
    }

    @Test func withoutLatencyThePostalTreeIsBinomialAndWithMuchOfItAStar() {
        let instant = LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 9)
        let far = LinkCosts(latencyNanoseconds: 1_000_000, gapNanoseconds: 1)
        for count in Self.counts {
            let binomial = TreeShape.binomial.layout(count: count)
            let postal = TreeShape.postal(instant).layout(count: count)
            #expect((0...count).map { postal.parent(of: $0) } == (0...count).map { binomial.parent(of: $0) })
            #expect(TreeShape.postal(far).layout(count: count).depth == min(1, count))
        }
    }

    @Test(arguments: [
        (2, [9, 9, 12, 13, 16]), (8, [4, 4, 4, 5, 6]), (16, [3, 3, 3, 4, 5]), (32, [2, 2, 3, 3, 4]),
        (64, [2, 2, 3, 3, 3]),
    ])
    func depthsAreThoseOfTheClosedForm(fanout: Int, depths: [Int]) {
        let shape = TreeShape.kary(fanout: fanout)
        #expect([800, 1_000, 4_368, 10_000, 100_000].map { shape.layout(count: $0).depth } == depths)
    }

    @Test func theStandardShapeIsFullAtDepthThree() {
        #expect(TreeShape.standard.layout(count: 4_368).depth == 3)
        #expect(TreeShape.standard.layout(count: 4_369).depth == 4)
    }

    @Test func aMillionHostsAreLaidOutInEveryShape() {
        for shape in [TreeShape.standard, .flat, .chain, .binomial, .postal(.standard)] {
            let layout = shape.layout(count: 1_000_000)
            #expect(layout.descendants(of: 0) == 1_000_000, "\(shape)")
            #expect(layout.children(of: 0).first == 1)
            #expect(layout.children(of: 0).reduce(0) { $0 + 1 + layout.descendants(of: $1) } == 1_000_000, "\(shape)")
        }
        #expect(TreeShape.chain.layout(count: 1_000_000).depth == 1_000_000)
        #expect(TreeShape.binomial.layout(count: 1_000_000).depth == 19)
        #expect(TreeShape.binomial.layout(count: 1_000_000).children(of: 0).count == 20)
    }

    @Test func oddNumbersAreTakenAsTheNearestThatMakeATree() {
        #expect(TreeShape.kary(fanout: 0).layout(count: 5) == TreeShape.chain.layout(count: 5))
        #expect(TreeShape.kary(fanout: -3).layout(count: 5).fanout == 1)
        #expect(TreeShape.standard.layout(count: -5) == TreeShape.standard.layout(count: 0))
        #expect(TreeShape.standard.layout(count: 0).depth == 0)
        #expect(TreeShape.kary(fanout: .max).layout(count: 9).children(of: 0).count == 9)
    }

    @Test func aDepthGivesTheSmallestFanoutThatHoldsAllHosts() {
        for count in 0...300 {
            for depth in 1...9 {
                guard case .kary(let fanout) = TreeShape.kary(depth: depth, count: count) else {
                    Issue.record("no k-ary tree")
                    continue
                }
                #expect(TreeShape.kary(fanout: fanout).layout(count: count).depth <= depth, "\(count) within \(depth)")
                if fanout > 1 {
                    let smaller = TreeShape.kary(fanout: fanout - 1).layout(count: count)
                    #expect(smaller.depth > depth, "\(count) within \(depth)")
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
}
