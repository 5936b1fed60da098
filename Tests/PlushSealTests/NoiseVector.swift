import Foundation

/// One published test vector.
struct NoiseVector: Decodable {
    let protocolName: String
    let initPrologue: String
    let initStatic: String
    let initEphemeral: String
    let respStatic: String
    let respEphemeral: String
    let handshakeHash: String
    let messages: [Message]

    struct Message: Decodable {
        let payload: String
        let ciphertext: String
    }

    private struct File: Decodable {
        let vectors: [NoiseVector]
    }

    static func published(_ name: String) throws -> [NoiseVector] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = try decoder.decode(File.self, from: Data(contentsOf: PackageRoot.noiseVectors))
        return file.vectors.filter { $0.protocolName == name }
    }
}
