extension SpecificationWalk {
    /// What references of one kind may name, made once for a project so that many references stay cheap.
    struct Definitions {
        /// The names in the order of the file; those with a fault are left out.
        let names: [String]
        let known: Set<String>
        /// The names of files that a software of type none delivers, by software.
        let plainFiles: [String: [String]]

        init(names: [String], plainFiles: [String: [String]] = [:]) {
            self.names = names.filter { !$0.isEmpty }
            known = Set(names)
            self.plainFiles = plainFiles
        }
    }
}
