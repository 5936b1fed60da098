// swift-tools-version: 6.2
import PackageDescription

// The module graph is the architecture: a target depends only on targets above it in this list, and
// `scripts/check` holds the imports of every file against the same table.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]
let byteBuffer: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let sockets: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let collections: [Target.Dependency] = ["DequeModule", "OrderedCollections"].map {
    .product(name: $0, package: "swift-collections")
}

let package = Package(
    name: "plush",
    products: [
        .library(name: "PlushController", targets: ["PlushController"]),
        .executable(name: "plush", targets: ["plush"]),
        .executable(name: "plush-agent", targets: ["plush-agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
        .target(name: "CPlushSystem"),
        .target(name: "CPlushAgentStart", dependencies: ["CPlushSystem"]),

        .target(name: "PlushTree", swiftSettings: strict),
        .target(name: "PlushWire", dependencies: ["PlushTree", byteBuffer], swiftSettings: strict),
        .target(name: "PlushSeal", dependencies: ["CSodium", "CLZ4", byteBuffer], swiftSettings: strict),
        .target(
            name: "PlushProtocol",
            dependencies: ["PlushTree", "PlushWire", byteBuffer] + collections,
            swiftSettings: strict
        ),
        .target(
            name: "PlushRuntime",
            dependencies: [
                "CPlushSystem", "PlushTree", "PlushWire", "PlushSeal", "PlushProtocol", byteBuffer, sockets,
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PlushSSH", dependencies: ["CSSH2", "CSodium", byteBuffer, sockets], swiftSettings: strict),
        .target(name: "PlushSpec", dependencies: ["CXML2", "PlushTree"], swiftSettings: strict),
        .target(
            name: "PlushController",
            dependencies: [
                "CArchive", "CCurl", "CPlushSystem", "CSodium", "PlushTree", "PlushWire", "PlushSeal", "PlushProtocol",
                "PlushRuntime", "PlushSSH", "PlushSpec", byteBuffer, sockets,
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),

        // The other driver of the core: virtual time, made-up machines, checkers. Never the runtime.
        .target(
            name: "PlushSimulator",
            dependencies: ["PlushTree", "PlushWire", "PlushProtocol", byteBuffer] + collections,
            path: "Simulations/PlushSimulator", swiftSettings: strict),
        .target(name: "SimulationPlots", path: "Simulations/SimulationPlots", swiftSettings: strict),
        .executableTarget(
            name: "plush-sim",
            dependencies: [
                "PlushSimulator", "BarrierStudies", "SimulationPlots", "PlushTree",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Simulations/plush-sim", swiftSettings: strict),

        .executableTarget(
            name: "plush",
            dependencies: [
                "PlushController", "PlushSpec", "PlushTree",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "plush-agent",
            dependencies: ["PlushRuntime", "CPlushSystem", "CPlushAgentStart"],
            swiftSettings: strict,
            // One file that runs on any Linux of this architecture: see the decision in PlushRuntime's article.
            linkerSettings: [
                .unsafeFlags(["-static-executable"]),
                .unsafeFlags(["-Xlinker", "-s"], .when(configuration: .release)),
            ]
        ),
        .executableTarget(
            name: "plush-bench",
            dependencies: ["PlushController", "PlushSeal", "PlushTree"],
            swiftSettings: strict
        ),
        .executableTarget(name: "plush-bench-floor", dependencies: ["CSodium", "CLZ4"]),

        // Pure comparisons behind choices of the core: knee detectors, adaptive limits.
        .target(
            name: "BarrierStudies", dependencies: ["PlushProtocol", "SimulationPlots"],
            path: "Simulations/BarrierStudies",
            swiftSettings: strict),
        .testTarget(
            name: "BarrierStudiesTests", dependencies: ["BarrierStudies", "PlushProtocol", "SimulationPlots"],
            swiftSettings: strict),
        .testTarget(name: "PlushTreeTests", dependencies: ["PlushTree"], swiftSettings: strict),
        .testTarget(name: "PlushWireTests", dependencies: ["PlushWire"], swiftSettings: strict),
        .testTarget(
            name: "PlushSealTests", dependencies: ["PlushSeal"], exclude: ["Peers"], swiftSettings: strict),
        .testTarget(
            name: "PlushProtocolTests", dependencies: ["PlushProtocol", "PlushSimulator"], swiftSettings: strict),
        .testTarget(
            name: "PlushSimulatorTests", dependencies: ["PlushSimulator", "plush-sim"], swiftSettings: strict),
        // What the runtime's tests kill and look into: dynamic, unlike the agent.
        .executableTarget(
            name: "plush-runtime-probe", dependencies: ["PlushRuntime", "CPlushSystem"],
            path: "Tests/PlushRuntimeProbe", swiftSettings: strict),
        .testTarget(
            name: "PlushRuntimeTests",
            dependencies: [
                "PlushRuntime", "CPlushSystem", "plush-runtime-probe", byteBuffer,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(
            name: "PlushSSHTests",
            dependencies: ["PlushSSH", byteBuffer, sockets, .product(name: "NIOEmbedded", package: "swift-nio")],
            swiftSettings: strict),
        .testTarget(name: "PlushSpecTests", dependencies: ["PlushSpec"], swiftSettings: strict),
        .testTarget(
            name: "PlushControllerTests", dependencies: ["PlushController", "PlushSSH", "PlushWire", byteBuffer],
            swiftSettings: strict),
        // Real processes: finds `plush` and `plush-agent` by path, because depending on the agent would
        // hand its static link flag on to the test bundle.
        .testTarget(name: "PlushSystemTests", dependencies: ["PlushController"], swiftSettings: strict),
    ]
)
