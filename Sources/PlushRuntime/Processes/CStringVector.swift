/// Words as `execve` wants them: pointers to C strings, a null pointer last, in two allocations for all of them.
final class CStringVector {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let text: UnsafeMutablePointer<CChar>

    init(_ words: [String]) {
        let bytes = words.reduce(0) { $0 + $1.utf8.count + 1 }
        text = .allocate(capacity: max(bytes, 1))
        pointer = .allocate(capacity: words.count + 1)
        var next = text
        for (index, word) in words.enumerated() {
            (pointer + index).initialize(to: next)
            for byte in word.utf8 {
                next.initialize(to: CChar(bitPattern: byte))
                next += 1
            }
            next.initialize(to: 0)
            next += 1
        }
        (pointer + words.count).initialize(to: nil)
    }

    deinit {
        pointer.deallocate()
        text.deallocate()
    }
}
