import PlushTree

/// Something asked of a set of ranks; the body of a log record.
package struct Operation: WireValue {
    package let id: OperationID
    package let targets: TargetSet
    /// In overlay time (milliseconds since the overlay began): an agent that first sees the operation later than this
    /// answers `notStarted`. 0: never expires.
    package let expiryMilliseconds: UInt64
    /// How often a relay reports what it knows while its subtree is not complete; 0: only when complete, or when its
    /// budget ends. Progress for people costs messages, so who asks for none pays for none.
    package let reportIntervalMilliseconds: UInt32
    package let task: OperationTask

    package init(
        id: OperationID, targets: TargetSet, expiryMilliseconds: UInt64, reportIntervalMilliseconds: UInt32,
        task: OperationTask
    ) {
        self.id = id
        self.targets = targets
        self.expiryMilliseconds = expiryMilliseconds
        self.reportIntervalMilliseconds = reportIntervalMilliseconds
        self.task = task
    }

    package func write(to writer: inout WireWriter) {
        id.write(to: &writer)
        targets.write(to: &writer)
        writer.varint(expiryMilliseconds)
        writer.varint(reportIntervalMilliseconds)
        task.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        id = try OperationID(from: &reader)
        targets = try TargetSet(from: &reader)
        expiryMilliseconds = try reader.varint("expiry")
        reportIntervalMilliseconds = try reader.varint32("report interval")
        task = try OperationTask(from: &reader)
    }
}

/// What an operation does on each of its targets.
package enum OperationTask: WireValue {
    /// Nothing: the answer is the effect. Measures a round trip.
    case probe
    /// Runs one command.
    case run(RunTask)
    /// Receives files into an application's directory.
    case files(FilesTask)
    /// Sends files back.
    case collect(CollectTask)
    /// Runs one command once its host is through a barrier.
    case gated(Gate, RunTask)

    package func write(to writer: inout WireWriter) {
        switch self {
        case .probe:
            writer.fixed(UInt8(0))
        case .run(let task):
            writer.fixed(UInt8(1))
            task.write(to: &writer)
        case .files(let task):
            writer.fixed(UInt8(2))
            task.write(to: &writer)
        case .collect(let task):
            writer.fixed(UInt8(3))
            task.write(to: &writer)
        case .gated(let gate, let task):
            writer.fixed(UInt8(0x40))
            gate.write(to: &writer)
            task.write(to: &writer)
        }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.fixed(UInt8.self, "task") {
        case 0: self = .probe
        case 1: self = .run(try RunTask(from: &reader))
        case 2: self = .files(try FilesTask(from: &reader))
        case 3: self = .collect(try CollectTask(from: &reader))
        case 0x40: self = .gated(try Gate(from: &reader), try RunTask(from: &reader))
        default: throw WireError(.unknownType, "task")
        }
    }
}

/// A command: always an argument vector (a shell line is `/bin/sh -c LINE`, made by the controller).
package struct RunTask: WireValue {
    /// What happens with what the command prints.
    package enum Output: UInt8, Hashable, Sendable {
        /// Not read; the command writes to /dev/null.
        case discard = 0
        /// Sent up line by line as it comes.
        case stream = 1
        /// Gathered, and folded with equal output of other ranks on the way up.
        case fold = 2
    }

    /// One variable of the environment.
    package struct Variable: WireValue {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        package func write(to writer: inout WireWriter) {
            writer.text(name)
            writer.text(value)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            name = try reader.text("variable name")
            value = try reader.text("variable value")
        }
    }

    /// The application whose directory is the place to start in; a relative path of the program starts there too.
    package let application: String
    package let arguments: [String]
    package let environment: [Variable]
    /// Relative to the application's directory, or absolute; empty: that directory itself.
    package let workingDirectory: String
    /// 0: no limit.
    package let timeoutMilliseconds: UInt64
    /// Between the first signal (TERM) and the last (KILL).
    package let graceMilliseconds: UInt32
    package let output: Output
    /// Names of the barriers that the command enters through its socket.
    package let barriers: [String]

    package init(
        application: String, arguments: [String], environment: [Variable], workingDirectory: String,
        timeoutMilliseconds: UInt64, graceMilliseconds: UInt32, output: Output, barriers: [String] = []
    ) {
        self.application = application
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.timeoutMilliseconds = timeoutMilliseconds
        self.graceMilliseconds = graceMilliseconds
        self.output = output
        self.barriers = barriers
    }

    package func write(to writer: inout WireWriter) {
        writer.text(application)
        writer.list(arguments)
        writer.list(environment)
        writer.text(workingDirectory)
        writer.varint(timeoutMilliseconds)
        writer.varint(graceMilliseconds)
        writer.fixed(output.rawValue)
        writer.list(barriers)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        application = try reader.text("application")
        arguments = try reader.list(String.self, "arguments")
        guard !arguments.isEmpty else { throw WireError(.malformed, "arguments") }
        environment = try reader.list(Variable.self, "environment")
        workingDirectory = try reader.text("working directory")
        timeoutMilliseconds = try reader.varint("timeout")
        graceMilliseconds = try reader.varint32("grace")
        guard let output = Output(rawValue: try reader.fixed(UInt8.self, "output")) else {
            throw WireError(.malformed, "output")
        }
        self.output = output
        barriers = try reader.list(String.self, "task barriers")
    }
}

/// The manifest of a transfer. Its chunks, numbered over all entries in order, follow as bulk.
package struct FilesTask: WireValue {
    /// One file of the manifest.
    package struct Entry: WireValue {
        /// Relative, `/` between the components; who receives it refuses what leaves the application's directory.
        package let path: String
        package let sizeBytes: UInt64
        /// Permission bits, 0o777 at most.
        package let mode: UInt16
        /// BLAKE2b-256 of each chunk before compression, in order.
        package let chunks: [Digest]

        package init(path: String, sizeBytes: UInt64, mode: UInt16, chunks: [Digest]) {
            self.path = path
            self.sizeBytes = sizeBytes
            self.mode = mode
            self.chunks = chunks
        }

        package func write(to writer: inout WireWriter) {
            writer.text(path)
            writer.varint(sizeBytes)
            writer.fixed(mode)
            writer.list(chunks)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            path = try reader.text("manifest path")
            sizeBytes = try reader.varint("manifest size")
            mode = try reader.fixed(UInt16.self, "manifest mode")
            guard mode <= 0o777 else { throw WireError(.malformed, "manifest mode") }
            chunks = try reader.list(Digest.self, max: WireLimits.entryChunksMax, "manifest chunks")
        }
    }

    package let application: String
    package let chunkBytes: UInt32
    package let entries: [Entry]

    package init(application: String, chunkBytes: UInt32, entries: [Entry]) {
        self.application = application
        self.chunkBytes = chunkBytes
        self.entries = entries
    }

    package var chunkCount: Int {
        entries.reduce(0) { $0 + $1.chunks.count }
    }

    package func write(to writer: inout WireWriter) {
        writer.text(application)
        writer.varint(chunkBytes)
        writer.list(entries)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        application = try reader.text("application")
        chunkBytes = try reader.varint32("chunk bytes")
        guard (1...UInt32(WireLimits.bodyRawBytesMax)).contains(chunkBytes) else {
            throw WireError(.tooLong, "chunk bytes")
        }
        entries = try reader.list(Entry.self, max: WireLimits.manifestEntriesMax, "manifest")
        for entry in entries {
            let (sum, overflow) = entry.sizeBytes.addingReportingOverflow(UInt64(chunkBytes) - 1)
            guard !overflow, sum / UInt64(chunkBytes) == UInt64(entry.chunks.count) else {
                throw WireError(.malformed, "manifest chunks")
            }
        }
    }
}

/// Files wanted back from an application's directory.
package struct CollectTask: WireValue {
    package let application: String
    /// Relative to the application's directory; a directory means all below it.
    package let paths: [String]

    package init(application: String, paths: [String]) {
        self.application = application
        self.paths = paths
    }

    package func write(to writer: inout WireWriter) {
        writer.text(application)
        writer.list(paths)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        application = try reader.text("application")
        paths = try reader.list(String.self, "collected paths")
    }
}
