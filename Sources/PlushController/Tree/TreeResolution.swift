import PlushTree

/// The shape that a request comes to for the hosts of a run.
public struct TreeResolution: Sendable {
    /// The shape.
    public let shape: TreeShape
    /// Why it is this one, in one line; nil where the request named it.
    public let reason: String?

    /// Reads the file of an explicit tree, and finds out the costs of links where the request leaves them open.
    ///
    /// - Parameters:
    ///   - measures: whether hosts may be reached for it; otherwise costs are assumed.
    /// - Throws: ``ControllerError`` with FILE:LINE.
    public init(
        _ request: TreeRequest, for pool: HostPool, ssh: SSHOptions, measures: Bool
    ) async throws(ControllerError) {
        switch request {
        case .shape(let shape):
            self.shape = shape
            reason = nil
        case .file(let path):
            shape = .explicit(try Self.read(path, names: pool.names))
            reason = nil
        case .postal:
            let found = await Self.costs(of: pool, ssh: ssh, measures: measures)
            shape = .postal(found.costs)
            reason = Self.reason(shape, count: pool.count, found)
        case .auto(let given?):
            let choice = ArityChoice(count: pool.count, costs: given)
            shape = choice.shape
            reason = choice.reason(latencySource: "given", gapSource: "given")
        case .auto(nil):
            let found = await Self.costs(of: pool, ssh: ssh, measures: measures)
            let choice = ArityChoice(count: pool.count, costs: found.costs)
            shape = choice.shape
            reason = choice.reason(latencySource: found.source, gapSource: "assumed")
        }
    }

    private static func read(_ path: String, names: [String]) throws(ControllerError) -> ExplicitTree {
        let file = try InputFile.bytes(
            path, remedy: "name a file whose lines are 'PARENT: CHILDREN', such as 'n1: n[2-5],m7'",
            shorter: "write children as ranges such as n[0001-9999]")
        guard let text = String(validating: InputFile.withoutMark(file.bytes), as: UTF8.self) else {
            throw ControllerError(.usage, "\(file.name): this is not text in UTF-8")
        }
        do throws(TreeError) {
            return try ExplicitTree(text, names: names)
        } catch {
            let place = error.line > 0 ? "\(file.name):\(error.line)" : file.name
            throw ControllerError(.usage, "\(place): \(error.message)")
        }
    }

    private static func costs(
        of pool: HostPool, ssh: SSHOptions, measures: Bool
    ) async -> (costs: LinkCosts, source: String) {
        guard measures, case .ssh(let targets) = pool else { return (.standard, "assumed") }
        guard let measured = await LatencyProbe.measure(targets, ssh: ssh) else {
            return (.standard, "assumed: no host could be measured")
        }
        let costs = LinkCosts(
            latencyNanoseconds: measured.connectNanoseconds / 2 + LinkCosts.receiveNanoseconds,
            gapNanoseconds: LinkCosts.standard.gapNanoseconds)
        return (costs, "measured on \(measured.hosts) \(measured.hosts == 1 ? "host" : "hosts")")
    }

    private static func reason(
        _ shape: TreeShape, count: Int, _ found: (costs: LinkCosts, source: String)
    ) -> String {
        let layout = shape.layout(count: count)
        return
            "\(shape), L \(found.source), g assumed: depth \(layout.depth), \(layout.children(of: 0).count) links at "
            + "the controller; a message has reached all after "
            + TimeText.rounded(PostalBound.earliest(count: count, costs: found.costs))
    }
}
