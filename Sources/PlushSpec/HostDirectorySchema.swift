/// The grammar of directory files for editors and other programs.
public enum HostDirectorySchema {
    /// A RELAX NG schema in XML syntax. It knows the shape of a directory file; unique names and the syntax of node
    /// sets only the parser knows.
    public static let relaxNG = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- The grammar of Plush directory files: named groups of hosts. -->
        <grammar xmlns="http://relaxng.org/ns/structure/1.0"
                 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
          <start>
            <element name="directory">
              <oneOrMore><ref name="group"/></oneOrMore>
            </element>
          </start>

          <!-- The type is ssh where it is left out; a plab group's user is the group's name where it is left out. -->
          <define name="group">
            <element name="group">
              <attribute name="name"><ref name="filled"/></attribute>
              <optional>
                <attribute name="type">
                  <choice>
                    <value type="string">ssh</value>
                    <value type="string">plab</value>
                  </choice>
                </attribute>
              </optional>
              <optional><attribute name="user"><ref name="filled"/></attribute></optional>
              <optional>
                <attribute name="port">
                  <data type="string"><param name="pattern">[1-9][0-9]{0,4}</param></data>
                </attribute>
              </optional>
              <oneOrMore>
                <!-- Names and node sets with commas or blanks between them: n[001-100], user@m7:2222 -->
                <element name="hosts"><ref name="filled"/></element>
              </oneOrMore>
            </element>
          </define>

          <!-- Text that is not only blanks. -->
          <define name="filled">
            <data type="token"><param name="minLength">1</param></data>
          </define>
        </grammar>

        """#
}
