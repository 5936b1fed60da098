/// The grammar of specifications for editors and other programs.
public enum SpecificationSchema {
    /// A RELAX NG schema in XML syntax. It knows the shape of a specification; what spans elements (unique names,
    /// references, `min_hosts` against `num_hosts`) and the finer rules of paths only the parser knows.
    public static let relaxNG = MarkupSchema.grammar(
        about: "The grammar of Plush application specifications. Elements inside one another may come in any order.",
        #"""
          <start>
            <element name="plush">
              <oneOrMore><ref name="project"/></oneOrMore>
            </element>
          </start>

          <!-- A project without applications runs its configurations in order. -->
          <define name="project">
            <element name="project">
              <ref name="optional-name"/>
              <interleave>
                <zeroOrMore><ref name="software"/></zeroOrMore>
                <oneOrMore><ref name="configuration"/></oneOrMore>
                <zeroOrMore><ref name="application"/></zeroOrMore>
              </interleave>
            </element>
          </define>

          <!-- What to deliver: none is a plain file, tar and tgz are unpacked. -->
          <define name="software">
            <element name="software">
              <ref name="name"/>
              <attribute name="type">
                <choice>
                  <value type="string">none</value>
                  <value type="string">tar</value>
                  <value type="string">tgz</value>
                </choice>
              </attribute>
              <oneOrMore><ref name="package"/></oneOrMore>
            </element>
          </define>

          <!-- file: a local path, relative to this file's directory. web: an http or https URL. -->
          <define name="package">
            <element name="package">
              <ref name="name"/>
              <choice>
                <group>
                  <attribute name="type"><value type="string">file</value></attribute>
                  <element name="path"><ref name="filled"/></element>
                </group>
                <group>
                  <attribute name="type"><value type="string">web</value></attribute>
                  <element name="path">
                    <data type="token"><param name="pattern">[hH][tT][tT][pP][sS]?://[!-~]+</param></data>
                  </element>
                </group>
              </choice>
            </element>
          </define>

          <!-- Clusters that run together, and where their hosts come from: without resources, this machine. -->
          <define name="configuration">
            <element name="configuration">
              <ref name="optional-name"/>
              <interleave>
                <oneOrMore><ref name="cluster"/></oneOrMore>
                <optional>
                  <element name="resources">
                    <oneOrMore><ref name="resource"/></oneOrMore>
                  </element>
                </optional>
              </interleave>
            </element>
          </define>

          <!-- The type is local, ssh, plab or another word that the controller can resolve. -->
          <define name="resource">
            <element name="resource">
              <attribute name="type"><ref name="word"/></attribute>
              <optional>
                <attribute name="group">
                  <data type="string"><param name="minLength">1</param></data>
                </attribute>
              </optional>
            </element>
          </define>

          <define name="cluster">
            <element name="cluster">
              <ref name="optional-name"/>
              <interleave>
                <!-- The software of the project that is installed on each host. -->
                <zeroOrMore>
                  <element name="software"><ref name="name"/></element>
                </zeroOrMore>
                <element name="rspec">
                  <interleave>
                    <!-- How many hosts are wanted, and how many suffice. -->
                    <element name="num_hosts"><ref name="hosts"/></element>
                    <optional><element name="min_hosts"><ref name="hosts"/></element></optional>
                  </interleave>
                </element>
                <!-- In order: what stands behind a barrier begins when hosts are through it. -->
                <element name="execution">
                  <interleave>
                    <oneOrMore><ref name="process"/></oneOrMore>
                    <zeroOrMore><ref name="barrier"/></zeroOrMore>
                  </interleave>
                </element>
                <!-- What to collect when the processes have ended. -->
                <optional>
                  <element name="output">
                    <oneOrMore><element name="path"><ref name="filled"/></element></oneOrMore>
                  </element>
                </optional>
                <!-- Shell lines that run after the outputs were collected. -->
                <optional>
                  <element name="cleanup">
                    <oneOrMore><element name="command"><ref name="filled"/></element></oneOrMore>
                  </element>
                </optional>
              </interleave>
            </element>
          </define>

          <define name="process">
            <element name="process">
              <ref name="optional-name"/>
              <interleave>
                <!-- A relative path starts where the software was installed. -->
                <element name="path"><ref name="filled"/></element>
                <optional>
                  <element name="cmdline">
                    <zeroOrMore><element name="arg"><text/></element></zeroOrMore>
                  </element>
                </optional>
                <optional>
                  <element name="environment">
                    <oneOrMore>
                      <element name="variable">
                        <attribute name="name">
                          <data type="string"><param name="pattern">[A-Za-z_][A-Za-z0-9_]{0,99}</param></data>
                        </attribute>
                        <text/>
                      </element>
                    </oneOrMore>
                  </element>
                </optional>
                <optional><element name="cwd"><ref name="filled"/></element></optional>
                <optional>
                  <element name="timeout">
                    <data type="token"><param name="pattern">[1-9][0-9]{0,8}(ms|s|m|h|d)</param></data>
                  </element>
                </optional>
                <!-- Barriers that the process enters through its socket. -->
                <zeroOrMore><ref name="barrier"/></zeroOrMore>
              </interleave>
            </element>
          </define>

          <!-- Those of one name in a configuration are one; it is described once. -->
          <define name="barrier">
            <element name="barrier">
              <ref name="name"/>
              <optional>
                <attribute name="entry">
                  <data type="string">
                    <param name="pattern">(all|(knee:)?[0-9]{1,7}(\.[0-9])?%?|knee)(/[0-9]{1,11}(ms|s|m|h|d))?</param>
                  </data>
                </attribute>
              </optional>
              <optional>
                <attribute name="release">
                  <data type="string">
                    <param name="pattern">once|adaptive(:[0-9]{1,7})?|limit:[0-9]{1,7}|rate:[0-9]{1,7}/[smh]</param>
                  </data>
                </attribute>
              </optional>
              <optional>
                <attribute name="late">
                  <choice><value type="string">pass</value><value type="string">refuse</value></choice>
                </attribute>
              </optional>
              <optional>
                <attribute name="stragglers">
                  <data type="token"><param name="minLength">1</param></data>
                </attribute>
                <optional>
                  <attribute name="stragglers_after">
                    <data type="string"><param name="pattern">[0-9]{1,11}(ms|s|m|h|d)</param></data>
                  </attribute>
                </optional>
                <optional>
                  <attribute name="stragglers_on">
                    <choice><value type="string">controller</value><value type="string">hosts</value></choice>
                  </attribute>
                </optional>
              </optional>
            </element>
          </define>

          <!-- Configurations, run one after another. -->
          <define name="application">
            <element name="application">
              <ref name="optional-name"/>
              <element name="execution">
                <oneOrMore>
                  <element name="configuration"><ref name="name"/></element>
                </oneOrMore>
              </element>
            </element>
          </define>

          <define name="name">
            <attribute name="name"><ref name="word"/></attribute>
          </define>
          <!-- May be left out where the element is the only one of its kind beside it. -->
          <define name="optional-name">
            <optional><ref name="name"/></optional>
          </define>

          <!-- Words become names of files and directories. -->
          <define name="word">
            <data type="string"><param name="pattern">[A-Za-z0-9_][A-Za-z0-9_.\-]{0,99}</param></data>
          </define>
          <!-- 1 to 100000. A pattern, because libxml2 allows no blanks around a number that has one. -->
          <define name="hosts">
            <data type="token"><param name="pattern">[1-9][0-9]{0,4}|100000</param></data>
          </define>
        """#)
}
