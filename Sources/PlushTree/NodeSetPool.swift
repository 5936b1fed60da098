/// The sets of codes that blocks of one column consist of, each once, so that equal sets have equal numbers.
struct NodeSetPool {
    /// Ascending codes by the number of the set. The first are those with one member, by their code.
    private(set) var sets: [[UInt32]]
    private(set) var hashes: [UInt64]
    private var known: [UInt64: [UInt32]] = [:]
    private let textPlaces: [UInt32]

    init(_ column: NodeSetColumn) {
        let count = UInt32(column.numbers.count)
        sets = (0..<count).map { [$0] }
        hashes = (0..<count).map { Self.mixed(UInt64($0) &+ 1) }
        textPlaces = column.textPlaces
    }

    /// The number of the union of sets that share no member; `hash` is the sum of their hashes.
    mutating func union(of members: [UInt32], hash: UInt64) -> UInt32 {
        if members.count == 1 { return members[0] }
        let codes = members.flatMap { sets[Int($0)] }.sorted()
        // The hash proves nothing: the codes are compared.
        for candidate in known[hash] ?? [] where sets[Int(candidate)] == codes { return candidate }
        let number = UInt32(sets.count)
        sets.append(codes)
        hashes.append(hash)
        known[hash, default: []].append(number)
        return number
    }

    /// What blocks are ordered by: larger sets first, then the texts of the first and of the last member.
    func order(of set: UInt32) -> (size: UInt64, ends: UInt64) {
        let codes = sets[Int(set)]
        let (first, last) = (textPlaces[Int(codes[0])], textPlaces[Int(codes[codes.count - 1])])
        return (.max - UInt64(codes.count), UInt64(first) << 32 | UInt64(last))
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
