/// The grammar of directory files for editors and other programs.
public enum HostDirectorySchema {
    /// A RELAX NG schema in XML syntax. It knows the shape of a directory file; unique names and the syntax of node
    /// sets only the parser knows.
    public static let relaxNG = MarkupSchema.grammar(
        about: "The grammar of Plush directory files: named groups of hosts.",
        #"""
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
        """#)
}
