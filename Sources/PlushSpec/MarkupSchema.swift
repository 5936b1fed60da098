/// What the grammars of all kinds of files have in common.
enum MarkupSchema {
    /// A whole grammar in XML syntax of RELAX NG. `definitions`: its start and its own definitions, which may refer to
    /// `filled`.
    static func grammar(about: String, _ definitions: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- \(about) -->
        <grammar xmlns="http://relaxng.org/ns/structure/1.0"
                 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
        \(definitions)

          <!-- Text that is not only blanks. -->
          <define name="filled">
            <data type="token"><param name="minLength">1</param></data>
          </define>
        </grammar>

        """
    }
}
