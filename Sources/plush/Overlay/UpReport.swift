import PlushController

/// What is said of an overlay that has just been built.
struct UpReport {
    private let status: OverlayStatus
    private let names: [String]
    private let log: String

    init(_ status: OverlayStatus, names: [String], log: String) {
        self.status = status
        self.names = names
        self.log = log
    }

    func show(json: Bool) {
        let overlay = status.overlay
        guard !json else {
            return JSONValue.write(
                "up",
                [
                    ("overlay", .text(overlay.name)), ("hosts", .number(overlay.hostCount)),
                    ("joined", .number(status.joined.count)), ("tree", .text(overlay.shape)),
                    ("depth", .number(status.depths.count)), ("fanout", .number(status.fanout)),
                    ("relays", .number(status.relays.count)), ("process", .number(Int(overlay.process))),
                    ("log", .text(log)),
                ])
        }
        let count = status.joined.count
        let hosts = count == overlay.hostCount ? "\(count)" : "\(count) of \(overlay.hostCount)"
        Terminal.output(
            line: TreeAccount(
                hosts: hosts, shape: overlay.shape, depth: status.depths.count, fanout: status.fanout,
                relays: status.relays.count, links: status.depths.first?.count ?? 0
            ).text)
        Terminal.output(
            line:
                "overlay \(overlay.name) is up: plush exec --on \(overlay.name) -- COMMAND, plush down \(overlay.name)")
    }
}

/// The line that says what a tree is like.
struct TreeAccount {
    let hosts: String
    let shape: String
    let depth: Int
    let fanout: Int
    let relays: Int
    let links: Int

    var text: String {
        "\(hosts) hosts, \(shape): depth \(depth), fan-out at most \(fanout), \(relays) relays, "
            + "\(links) links at the controller"
    }
}
