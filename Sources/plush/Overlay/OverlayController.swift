import Foundation
import PlushController
import PlushTree

/// The life of a controller in the background: it builds the tree while somebody looks, says that it is ready, and serves
/// until it is told to end.
struct OverlayController {
    let service: OverlayService
    let pool: HostPool
    let json: Bool
    let verbose: Bool
    let color: Paint.Choice
    /// On which it says that it is ready.
    let descriptor: Int32

    func run() async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let interrupts = await Interrupts { [service] in service.interrupt() }
        defer { interrupts.stop() }
        let raising = Task { [service] in try await service.raise() }
        var events = service.events.makeAsyncIterator()
        await showLaunch(&events)
        do {
            guard let status = try await raising.value else { return await end(130, &events) }
            guard !status.joined.isEmpty else {
                Terminal.error("plush: no host could be brought into the tree: the overlay is not kept")
                return await end(3, &events)
            }
            UpReport(status, names: pool.names, log: OverlayPlaces().log(service.name)).show(json: json)
            let code: Int32 = status.joined.count == status.overlay.hostCount ? 0 : 3
            Background.detach(log: OverlayPlaces().log(service.name))
            guard Background.sayReady(code, on: descriptor) else { return await end(130, &events) }
        } catch {
            return await end(Session.report(error), &events)
        }
        let ending = Task { [service] in
            await service.untilEnd()
            await service.dismantle()
        }
        var log = OverlayLog(HostNames(names: pool.names))
        while let event = await events.next() { log.show(event) }
        await ending.value
        return 0
    }

    private func showLaunch(_ events: inout ControllerEvents.Iterator) async {
        let hosts = HostNames(names: pool.names)
        var renderer: any Renderer =
            json
            ? JSONRenderer(hosts, style: .hidden, verbose: verbose)
            : TextRenderer(
                hosts, style: .hidden, showsPhases: false, verbose: verbose, paint: Paint(color))
        while let event = await events.next() {
            renderer.show(event)
            if case .phase(.execution, _) = event { return }
        }
    }

    private func end(_ code: Int32, _ events: inout ControllerEvents.Iterator) async -> Int32 {
        let ending = Task { [service] in await service.dismantle() }
        while let event = await events.next() {
            if case .warning(let text) = event { Terminal.error("warning: \(text)") }
        }
        await ending.value
        return code
    }
}
