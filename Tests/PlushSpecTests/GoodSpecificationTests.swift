import Foundation
import PlushSpec
import Testing

@Suite struct GoodSpecificationTests {
    @Test func figureThreeMeansWhatThePaperSays() throws {
        let text = ExampleSpecifications.paperFigure3.text
        let parsed = try SpecificationParser.parse(text, fileName: "figure-3.xml")
        let process = ProcessSpecification(name: "demo", path: "./demo.exe", arguments: ["300"], line: 15)
        let cluster = Cluster(
            name: "demo_group", software: [Reference(name: "demo_soft", line: 10)], hostCount: 50,
            processes: [process], line: 9)
        let package = Package(name: "demo.tar", type: .web, path: "http://plush.ucsd.edu/demo.tar", line: 4)
        let project = Project(
            name: "demo_proj",
            software: [Software(name: "demo_soft", type: .tar, packages: [package], line: 3)],
            configurations: [
                Configuration(
                    name: "demo_conf", clusters: [cluster],
                    resources: [Resource(type: .plab, group: "ucsd_3", line: 22)], line: 8)
            ],
            applications: [
                Application(name: "demo_app", configurations: [Reference(name: "demo_conf", line: 27)], line: 25)
            ],
            line: 2)
        #expect(parsed == ApplicationSpecification(projects: [project]))
        #expect(project.configurations(of: project.applications[0]) == project.configurations)
        #expect(project.software(of: cluster) == project.software)
    }

    /// The paper lies beside the checkout, where there is one.
    static let paper = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/paper/plush-2006.txt").standardizedFileURL

    @Test(.enabled(if: FileManager.default.fileExists(atPath: paper.path), "the paper is not beside the checkout"))
    func figureThreeIsAsPrinted() throws {
        let printed = try String(contentsOf: Self.paper, encoding: .utf8)
        #expect(printed.contains("\n" + ExampleSpecifications.paperFigure3.text))
    }

    @Test func everyElementIsUnderstood() throws {
        let project = try #require(try SpecificationParser.parse(fullText, fileName: "app.xml").projects.first)
        #expect(project.software.map(\.type) == [.tgz, .none])
        #expect(project.software.flatMap(\.packages).map(\.type) == [.web, .file])
        let configuration = try #require(project.configuration(named: "main"))
        #expect(configuration.resources == [Resource(type: .ssh, group: "lab", line: 26)])
        let cluster = try #require(configuration.clusters.first)
        #expect(cluster.hostCount == 50)
        #expect(cluster.minimumHosts == 48)
        #expect(cluster.outputPaths == ["results.txt"])
        #expect(cluster.cleanupCommands == ["rm -rf scratch"])
        #expect(
            cluster.processes == [
                ProcessSpecification(
                    name: "work", path: "./work", arguments: ["300", " a b "],
                    environment: [EnvironmentVariable(name: "MODE", value: "fast", line: 18)],
                    workingDirectory: "run", timeout: .seconds(300), line: 15)
            ])
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let project = try #require(try SpecificationParser.parse(shortText(), fileName: "app.xml").projects.first)
        let configuration = try #require(project.configurations.first)
        #expect(project.name == "project")
        #expect(configuration.name == "configuration")
        #expect(configuration.clusters.map(\.name) == ["cluster"])
        #expect(configuration.clusters.flatMap(\.processes).map(\.name) == ["process"])
        #expect(configuration.resources == [Resource(type: .local, line: 1)])
        #expect(configuration.clusters.first?.minimumHosts == nil)
        let reference = Reference(name: "configuration", line: 1)
        #expect(project.applications == [Application(name: "project", configurations: [reference], line: 1)])
    }

    @Test func aProjectWithoutApplicationsRunsItsConfigurationsInOrder() throws {
        let part = "<cluster><rspec><num_hosts>1</num_hosts></rspec><execution><process><path>x</path></process>"
        let clusters = part + "</execution></cluster>"
        let text = """
            <plush><project name="p">
            <configuration name="second">\(clusters)</configuration>
            <configuration name="first">\(clusters)</configuration>
            </project></plush>
            """
        let project = try #require(try SpecificationParser.parse(text, fileName: "app.xml").projects.first)
        #expect(project.applications.flatMap(\.configurations).map(\.name) == ["second", "first"])
        #expect(project.configurations(of: project.applications[0]).map(\.line) == [2, 3])
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), (" 2m ", .seconds(120)), ("1h", .seconds(3600)),
        ("366d", .seconds(366 * 86_400)),
    ])
    func timesHaveUnits(written: String, expected: Duration) throws {
        let text = shortText(process: "<timeout>\(written)</timeout>")
        let parsed = try SpecificationParser.parse(text, fileName: "app.xml")
        #expect(parsed.projects[0].configurations[0].clusters[0].processes[0].timeout == expected)
    }

    @Test func argumentsAndValuesAreKeptToTheByte() throws {
        let text = shortText(
            process: """
                <cmdline><arg/><arg> x
                 y\t</arg><arg><![CDATA[a && b < c]]></arg><arg>a &amp;&amp; b<!-- not this --> c</arg></cmdline>
                <environment><variable name="A"></variable><variable name="B"> &#10;\u{E9} </variable></environment>
                """)
        let parsed = try SpecificationParser.parse(text, fileName: "app.xml")
        let process = parsed.projects[0].configurations[0].clusters[0].processes[0]
        #expect(process.arguments == ["", " x\n y\t", "a && b < c", "a && b c"])
        #expect(process.environment.map(\.value) == ["", " \n\u{E9} "])
    }

    @Test func blanksAroundPathsAndNumbersDoNotCount() throws {
        let text = shortText(cluster: "<output><path>\n  out/a b.txt\n</path></output>", hosts: "\n 3 ")
        let cluster = try SpecificationParser.parse(text, fileName: "app.xml").projects[0].configurations[0].clusters[0]
        #expect(cluster.outputPaths == ["out/a b.txt"])
        #expect(cluster.hostCount == 3)
    }

    @Test func aDeclarationAByteOrderMarkCommentsAndInstructionsAreAccepted() {
        let text = """
            \u{FEFF}<?xml version="1.0" encoding="ISO-8859-1"?>
            <?xml-model href="plush.rng"?> <!-- for editors -->
            \(shortText(process: "<cmdline><arg>\u{E9}</arg></cmdline>"))
            """
        #expect(faults(text) == [])
        #expect(faults(fullText.replacing("\n", with: "\r\n")) == [])
    }

    @Test func unknownSortsOfResourcesAreKept() throws {
        let text = shortText(configuration: "<resources><resource type=\"slurm\"/></resources>")
        let resources = try SpecificationParser.parse(text, fileName: "app.xml").projects[0].configurations[0].resources
        #expect(resources.map(\.type) == [.other("slurm")])
        #expect(resources.map(\.type.description) == ["slurm"])
        #expect(["local", "ssh", "plab"].map { Resource.Kind($0).description } == ["local", "ssh", "plab"])
    }

    @Test(arguments: ExampleSpecifications.all)
    func everyExampleParses(example: ExampleSpecification) throws {
        let parsed = try SpecificationParser.parse(example.text, fileName: example.name)
        #expect(parsed.projects.count == 1)
        #expect(!example.summary.isEmpty && !example.summary.contains("\n"))
        #expect(ExampleSpecifications.named(example.name) == example)
        #expect(ExampleSpecifications.named(example.name + "x") == nil)
    }

    @Test func theExamplesToRunAreLocal() throws {
        for example in [ExampleSpecifications.hello, ExampleSpecifications.files] {
            let project = try SpecificationParser.parse(example.text, fileName: example.name).projects[0]
            #expect(project.configurations.flatMap(\.resources).map(\.type) == [.local])
            #expect(project.configurations.flatMap(\.clusters).map(\.hostCount) == [16])
        }
    }

    @Test func theDocumentsOfTheArticleParse() throws {
        let article = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/PlushSpec/PlushSpec.docc/PlushSpec.md").standardizedFileURL
        let blocks = try String(contentsOf: article, encoding: .utf8).components(separatedBy: "```xml\n").dropFirst()
        #expect(blocks.count == 2)
        for block in blocks {
            #expect(faults(block.components(separatedBy: "```")[0]) == [])
        }
    }

    @Test func manyThreadsMayParseAtOnce() async {
        let sound = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for index in 0..<64 {
                group.addTask {
                    index.isMultiple(of: 2)
                        ? faults(fullText).isEmpty : faults(fullText + "<").first?.code == .malformed
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(sound == 64)
    }
}
