import Glibc

/// The names in an open directory, one at a time, in the order the file system gives them.
final class DirectoryListing {
    private let stream: OpaquePointer

    /// Nil with `errno` when the directory cannot be read.
    init?(_ directory: Descriptor) {
        // A stream owns its descriptor and moves its offset, so it gets one of its own.
        let number = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        guard let stream = fdopendir(number) else {
            close(number)
            return nil
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// The next name that is not `.` or `..`; nil at the end.
    func next() -> [UInt8]? {
        while let entry = readdir(stream) {
            // The record is shorter than the declared 256 bytes of the name: read it in place, up to its end.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
            let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: UInt8.self)
            let length = strlen(UnsafePointer<CChar>(OpaquePointer(start)))
            let name = Array(UnsafeBufferPointer(start: start, count: length))
            if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { return name }
        }
        return nil
    }
}
