/// Remembers who has put which file and directory into a tree, and finds the clashes.
struct PathLedger {
    /// Why a path cannot be added; `owner` is the one who was first.
    enum Conflict: Equatable {
        /// The file is there already.
        case duplicate(owner: String)
        /// A directory of that name is there already.
        case isDirectory(owner: String)
        /// `path`, a parent of what was to be added, is a file.
        case belowFile(path: String, owner: String)
    }

    private struct Entry {
        let isDirectory: Bool
        let owner: String
    }

    private var entries: [String: Entry] = [:]

    /// Adds a file and implies its parents.
    mutating func addFile(_ path: String, owner: String) -> Conflict? {
        if let known = entries[path] {
            return known.isDirectory ? .isDirectory(owner: known.owner) : .duplicate(owner: known.owner)
        }
        if let conflict = addParents(of: path, owner: owner) { return conflict }
        entries[path] = Entry(isDirectory: false, owner: owner)
        return nil
    }

    /// Adds a directory, which may be there already: archives repeat them.
    mutating func addDirectory(_ path: String, owner: String) -> Conflict? {
        if let known = entries[path] {
            return known.isDirectory ? nil : .belowFile(path: path, owner: known.owner)
        }
        if let conflict = addParents(of: path, owner: owner) { return conflict }
        entries[path] = Entry(isDirectory: true, owner: owner)
        return nil
    }

    private mutating func addParents(of path: String, owner: String) -> Conflict? {
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            let parent = String(rest)
            if let known = entries[parent] {
                // A known directory has its own parents in the ledger already.
                return known.isDirectory ? nil : .belowFile(path: parent, owner: known.owner)
            }
            entries[parent] = Entry(isDirectory: true, owner: owner)
        }
        return nil
    }
}
