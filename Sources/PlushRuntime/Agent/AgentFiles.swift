import NIOCore
import PlushProtocol
import PlushSeal
import PlushWire

/// The transfers and collections of an agent.
final class AgentFiles {
    private struct Transfer {
        let task: FilesTask
        var assembler: FileAssembler?
        var spool: ChunkSpool?
        /// For each chunk number its entry and its number within that; running totals, searched by halving.
        let firstChunks: [Int]
    }

    private final class Collection {
        let source: CollectionSource
        var isPaused = false

        init(_ source: CollectionSource) {
            self.source = source
        }
    }

    private let directory: AgentDirectory
    private let eventLoop: any EventLoop
    private let post: (Event) -> Void
    private var transfers: [OperationID: Transfer] = [:]
    private var collections: [OperationID: Collection] = [:]

    init(on eventLoop: any EventLoop, directory: AgentDirectory, post: @escaping (Event) -> Void) {
        self.eventLoop = eventLoop
        self.directory = directory
        self.post = post
    }

    func prepare(_ operation: OperationID, _ task: FilesTask, asTarget: Bool) {
        var first: [Int] = []
        var total = 0
        for entry in task.entries {
            first.append(total)
            total += entry.chunks.count
        }
        var transfer = Transfer(task: task, firstChunks: first)
        var failure: String?
        do throws(RuntimeFileError) {
            if total > 0 { transfer.spool = try ChunkSpool(in: directory.root) }
            if asTarget {
                transfer.assembler = try FileAssembler(
                    root: try directory.application(task.application), entries: task.assemblerEntries,
                    chunkBytes: Int(task.chunkBytes), hash: { ContentHash.digest(of: $0) })
            }
        } catch {
            failure = error.description
        }
        transfers[operation] = transfer
        post(.filesPrepared(operation, failure: failure))
    }

    func store(_ chunk: FileChunk, _ link: LinkID) {
        guard let transfer = transfers[chunk.operation] else { return }
        let number = Int(chunk.number)
        let entry = place(of: number, in: transfer.firstChunks)
        let index = number - transfer.firstChunks[entry]
        guard let raw = try? chunk.body.unpacked(), isGenuine(raw, transfer.task, entry, index) else {
            post(.chunkForged(chunk.operation, number: chunk.number, link))
            return
        }
        do throws(RuntimeFileError) {
            try transfer.spool?.append(
                index: number, bytes: chunk.spooledBytes, flags: chunk.body.encoding.rawValue)
            try transfer.assembler?.write(entry: entry, chunk: index, bytes: raw)
            post(.chunkStored(chunk.operation, number: chunk.number))
        } catch {
            transfers[chunk.operation]?.assembler?.abandon()
            transfers[chunk.operation]?.assembler = nil
            post(.chunkNotStored(chunk.operation, number: chunk.number, error.description))
        }
    }

    private func isGenuine(_ raw: ByteBuffer, _ task: FilesTask, _ entry: Int, _ index: Int) -> Bool {
        ContentHash.digest(of: raw) == task.entries[entry].chunks[index].bytes
    }

    /// The entry that holds a chunk: the last one whose first chunk is not after it and that has any.
    private func place(of number: Int, in firstChunks: [Int]) -> Int {
        var low = 0
        var high = firstChunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstChunks[middle] <= number { low = middle } else { high = middle }
        }
        return low
    }

    func spooled(_ operation: OperationID, number: UInt32) -> FileChunk? {
        guard let stored = try? transfers[operation]?.spool?.read(Int(number)),
            let body = Body(spooled: stored.bytes, flags: stored.flags)
        else { return nil }
        return FileChunk(operation: operation, number: number, body: body)
    }

    func finish(_ operation: OperationID) {
        let isWhole = transfers[operation]?.assembler?.isComplete ?? false
        post(.filesFinished(operation, failure: isWhole ? nil : "files are missing after the last chunk"))
    }

    func forget(_ operation: OperationID) {
        transfers[operation]?.assembler?.abandon()
        transfers[operation] = nil
        collections[operation] = nil
    }

    func collect(_ operation: OperationID, _ task: CollectTask) {
        do throws(RuntimeFileError) {
            let root = try directory.application(task.application)
            collections[operation] = Collection(try CollectionSource(root: root, paths: task.paths))
            pull(operation)
        } catch {
            post(.collected(operation, failure: error.description))
        }
    }

    func setPaused(_ isPaused: Bool, _ operation: OperationID) {
        guard let collection = collections[operation], collection.isPaused != isPaused else { return }
        collection.isPaused = isPaused
        if !isPaused { pull(operation) }
    }

    /// Reads one piece per turn of the event loop, so that heartbeats go on between them.
    private func pull(_ operation: OperationID) {
        guard let collection = collections[operation], !collection.isPaused else { return }
        guard let bytes = collection.source.read(bytesMax: RuntimeLimits.collectionReadBytes) else {
            collections[operation] = nil
            post(.collected(operation, failure: nil))
            return
        }
        post(.output(operation, .collection, bytes))
        eventLoop.assumeIsolated().execute { [weak self] in self?.pull(operation) }
    }
}

extension FilesTask {
    var assemblerEntries: [FileAssembler.Entry] {
        entries.map { entry in
            FileAssembler.Entry(
                path: entry.path, sizeBytes: entry.sizeBytes, mode: UInt32(entry.mode),
                chunkHashes: entry.chunks.map(\.bytes))
        }
    }
}

extension FileChunk {
    /// The chunk as a spool keeps it: a compressed body needs its size before compression too.
    package var spooledBytes: ByteBuffer {
        guard body.encoding == .lz4 else { return body.bytes }
        var bytes = ByteBuffer()
        bytes.writeInteger(body.rawBytes)
        bytes.writeImmutableBuffer(body.bytes)
        return bytes
    }
}

extension Body {
    /// A body as ``FileChunk/spooledBytes`` put it away.
    package init?(spooled bytes: ByteBuffer, flags: UInt8) {
        switch Encoding(rawValue: flags) {
        case .plain:
            self.init(plain: bytes)
        case .lz4:
            var rest = bytes
            guard let rawBytes = rest.readInteger(as: UInt32.self) else { return nil }
            self.init(lz4: rest.slice(), rawBytes: Int(rawBytes))
        case nil:
            return nil
        }
    }
}
