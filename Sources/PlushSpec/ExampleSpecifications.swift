/// The example specifications of this module. All parse; all but figure 3 run as they are.
public enum ExampleSpecifications {
    /// All examples, the one to begin with first.
    public static let all = [hello, files, barriers, paperFigure3]

    /// The example of that name, or nil.
    public static func named(_ name: String) -> ExampleSpecification? {
        all.first { $0.name == name }
    }

    /// The least that a specification needs.
    public static let hello = ExampleSpecification(
        name: "hello",
        summary: "16 agents on this machine, each says its host and rank",
        text: #"""
            <!-- Runs one shell line on 16 agents. Nothing says where the hosts come from, so they are on this machine.
                 Every process is given PLUSH_RANK, PLUSH_HOST, PLUSH_HOSTS (how many) and PLUSH_DIRECTORY. -->
            <plush>
              <project name="hello">
                <configuration>
                  <cluster>
                    <rspec> <num_hosts>16</num_hosts> </rspec>
                    <execution>
                      <process name="hello">
                        <path>/bin/sh</path>
                        <cmdline>
                          <arg>-c</arg>
                          <arg>echo "hello from $PLUSH_HOST, rank $PLUSH_RANK of $PLUSH_HOSTS"</arg>
                        </cmdline>
                      </process>
                    </execution>
                  </cluster>
                </configuration>
              </project>
            </plush>

            """#)

    /// Software in, results out.
    public static let files = ExampleSpecification(
        name: "files",
        summary: "ships a file to 16 agents, works on it, collects a result from each, cleans up",
        text: #"""
            <!-- Each host gets the file of the package below, counts its lines, and leaves the number in a file that
                 is collected into the directory that the option "output" of plush run names, by host.
                 To ship a file of your own, write its path into the package; a relative path starts in the directory
                 of this specification. An archive has type="tar" or type="tgz" and is unpacked on each host. -->
            <plush>
              <project name="files">
                <software name="input" type="none">
                  <package name="input.txt" type="file">
                    <path>/usr/lib/os-release</path>
                  </package>
                </software>
                <configuration>
                  <cluster name="counters">
                    <software name="input"/>
                    <rspec>
                      <num_hosts>16</num_hosts>
                      <min_hosts>12</min_hosts>
                    </rspec>
                    <execution>
                      <process name="count">
                        <path>/bin/sh</path>
                        <cmdline>
                          <arg>-c</arg>
                          <arg>
                            set -e
                            mkdir -p "$SCRATCH"
                            sort input.txt > "$SCRATCH/sorted.txt"
                            echo "$PLUSH_HOST $(wc -l &lt; "$SCRATCH/sorted.txt") lines" > result.txt
                          </arg>
                        </cmdline>
                        <environment>
                          <variable name="SCRATCH">scratch</variable>
                        </environment>
                        <timeout>1m</timeout>
                      </process>
                    </execution>
                    <output>
                      <path>result.txt</path>
                    </output>
                    <cleanup>
                      <command>rm -rf scratch</command>
                    </cleanup>
                  </cluster>
                  <resources>
                    <resource type="local"/>
                  </resources>
                </configuration>
                <application name="count_lines">
                  <execution>
                    <configuration name="configuration"/>
                  </execution>
                </application>
              </project>
            </plush>

            """#)

    /// Phases in step.
    public static let barriers = ExampleSpecification(
        name: "barriers",
        summary: "16 agents go through three phases, with barriers between and inside them",
        text: #"""
            <!-- Hosts wait for one another between phases, at barriers in <execution>, and a process for those of other
                 hosts, at a barrier that it enters through its socket. Try entry="75%" and release="limit:4". -->
            <plush>
              <project name="barriers">
                <configuration>
                  <cluster>
                    <rspec> <num_hosts>16</num_hosts> </rspec>
                    <execution>
                      <process name="prepare">
                        <path>/bin/sh</path>
                        <cmdline> <arg>-c</arg> <arg>sleep "0.$PLUSH_RANK"; echo "$PLUSH_RANK" > number</arg> </cmdline>
                      </process>
                      <barrier name="prepared"/>
                      <process name="rounds">
                        <path>/bin/sh</path>
                        <cmdline>
                          <arg>-c</arg>
                          <arg>for round in 1 2 3; do "$PLUSH_AGENT" barrier enter round; done</arg>
                        </cmdline>
                        <barrier name="round"/>
                      </process>
                      <barrier name="counted" release="limit:4"/>
                      <process name="report">
                        <path>/bin/sh</path>
                        <cmdline> <arg>-c</arg> <arg>echo "number $(cat number)"; sleep 0.1</arg> </cmdline>
                      </process>
                    </execution>
                  </cluster>
                </configuration>
              </project>
            </plush>

            """#)

    /// Figure 3 of J. Albrecht, C. Tuttle, A. C. Snoeren, A. Vahdat: PlanetLab Application Management Using Plush
    /// (2006), every blank as printed.
    public static let paperFigure3 = ExampleSpecification(
        name: "paper-figure-3",
        summary: "figure 3 of the paper of 2006 as printed: demo.exe for 300 seconds on 50 PlanetLab hosts",
        text: #"""
            <plush>
            <project name="demo_proj" >
            <software name="demo_soft" type="tar">
            <package name="demo.tar" type="web">
            <path>http://plush.ucsd.edu/demo.tar</path>
            </package>
            </software >
            <configuration name="demo_conf" >
            <cluster name="demo_group" >
            <software name="demo_soft"/>
            <rspec>
            <num_hosts>50</num_hosts >
            </rspec>
            <execution>
            <process name="demo" >
            <path>./demo.exe</path>
            <cmdline > <arg>300</arg > </cmdline >
            </process>
            </execution>
            </cluster>
            <resources >
            <resource type="plab" group="ucsd_3"/>
            </resources >
            </configuration>
            <application name="demo_app" >
            <execution>
            <configuration name="demo_conf"/>
            </execution>
            </application>
            </project>

            </plush>

            """#)
}
