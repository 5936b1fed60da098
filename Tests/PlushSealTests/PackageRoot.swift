import Foundation

/// Where the tests find files outside their own target.
enum PackageRoot {
    static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let noiseVectors = url.deletingLastPathComponent().appending(path: "shared/vectors/noise.json")

    /// The interpreter that `scripts/python-peer` prints, or the one named by PLUSH_NOISE_PYTHON; nil when neither is.
    static var noisePython: URL? {
        let named = ProcessInfo.processInfo.environment["PLUSH_NOISE_PYTHON"].map { URL(fileURLWithPath: $0) }
        let python = named ?? url.appending(path: ".venv-noise/bin/python")
        return FileManager.default.isExecutableFile(atPath: python.path) ? python : nil
    }
}
