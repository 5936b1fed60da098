import Foundation
import Glibc

/// The file by which others know whether a controller lives: it holds a lock on it, which the kernel takes away when it
/// is gone, however it went; the text says on which machine.
enum OverlayRecord {
    /// Host name and boot: two machines may share a home directory.
    struct Machine: Equatable {
        var name: String
        var boot: String

        static var own: Machine {
            var buffer = [CChar](repeating: 0, count: 256)
            gethostname(&buffer, buffer.count - 1)
            let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
            return Machine(name: name, boot: boot.trimmingCharacters(in: .whitespacesAndNewlines))
        }

        init(name: String, boot: String) {
            self.name = name
            self.boot = boot
        }

        init?(text: String) {
            let words = text.split(separator: " ").map { $0.trimmingCharacters(in: .newlines) }
            guard words.count == 2 else { return nil }
            self.init(name: words[0], boot: words[1])
        }

        var text: String { "\(name) \(boot)\n" }
    }

    static func state(at path: String) -> OverlayPlaces.Entry.State {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return .gone }
        defer { close(descriptor) }
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let own = Machine.own
        if let machine = Machine(text: text), machine.name != own.name, machine.boot != own.boot {
            return .elsewhere(machine: machine.name)
        }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return .gone }
        return .up(process: lock.l_pid)
    }

    /// Takes the lock for as long as this process lives; false when somebody has it.
    static func take(_ descriptor: Int32) -> Bool {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        guard fcntl(descriptor, F_SETLK, &lock) == 0 else { return false }
        let text = Array(Machine.own.text.utf8)
        return ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, text.count, 0) == text.count
    }
}
