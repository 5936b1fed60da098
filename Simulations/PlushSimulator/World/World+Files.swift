import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    func prepareFiles(_ id: OperationID, _ task: FilesTask, asTarget: Bool, on host: WorldHost) {
        if host.files[id] != nil { fault("rank \(host.rank) prepared files of \(id) twice") }
        host.files[id] = WorldFiles(task: task, asTarget: asTarget)
        if case .cannotPrepare(let reason) = host.fileScript, asTarget {
            soon(host, .filesPrepared(id, failure: reason))
        } else {
            soon(host, .filesPrepared(id, failure: nil))
        }
    }

    func store(_ chunk: FileChunk, from link: LinkID, on host: WorldHost) {
        let id = chunk.operation
        guard let files = host.files[id] else { return fault("rank \(host.rank) stored a chunk without a place") }
        let digests = files.task.entries.flatMap(\.chunks)
        let number = chunk.number
        guard digests[Int(number)] == WorldTools.content.digest(chunk.body.bytes) else {
            soon(host, .chunkForged(id, number: number, link))
            return
        }
        host.files[id]?.spool[number] = chunk
        if case .fullFrom(let first) = host.fileScript, number >= first, files.asTarget {
            soon(host, .chunkNotStored(id, number: number, "no space left on device"))
            return
        }
        host.files[id]?.stored[number] = chunk.body.bytes
        soon(host, .chunkStored(id, number: number))
    }

    func finishFiles(_ id: OperationID, on host: WorldHost) {
        guard let files = host.files[id], files.asTarget else {
            return fault("rank \(host.rank) finished files that it is no target of")
        }
        if case .cannotFinish(let reason) = host.fileScript {
            soon(host, .filesFinished(id, failure: reason))
            return
        }
        var number: UInt32 = 0
        for entry in files.task.entries {
            var content = ByteBuffer()
            for _ in entry.chunks {
                guard let bytes = files.stored[number] else {
                    return fault("rank \(host.rank) finished files without chunk \(number)")
                }
                content.writeImmutableBuffer(bytes)
                number += 1
            }
            if UInt64(content.readableBytes) != entry.sizeBytes { fault("\(entry.path) has the wrong size") }
            host.installed[entry.path] = content
        }
        soon(host, .filesFinished(id, failure: nil))
    }

    /// Sends files from the root; the content of each by its path.
    @discardableResult
    package func sendFiles(
        _ files: [(path: String, content: ByteBuffer)], to ranks: RankSet, chunkBytes: Int = 64 << 10
    )
        -> OperationID
    {
        var entries: [FilesTask.Entry] = []
        var chunks: [ByteBuffer] = []
        for file in files {
            var rest = file.content
            var digests: [Digest] = []
            while let bytes = rest.readSlice(length: min(chunkBytes, rest.readableBytes)), bytes.readableBytes > 0 {
                digests.append(WorldTools.content.digest(bytes))
                chunks.append(bytes)
            }
            entries.append(
                FilesTask.Entry(
                    path: file.path, sizeBytes: UInt64(file.content.readableBytes), mode: 0o644, chunks: digests))
        }
        let id = controller.nextOperation
        let numbered = chunks.enumerated().map { number, bytes in
            FileChunk(operation: id, number: UInt32(number), body: Body(plain: bytes))
        }
        spool[id] = numbered
        let task = FilesTask(application: "app", chunkBytes: UInt32(chunkBytes), entries: entries)
        return submit(.files(task), to: ranks, spooled: numbered.map(\.creditBytes))
    }
}
