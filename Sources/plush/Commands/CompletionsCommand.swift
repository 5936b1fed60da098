import ArgumentParser

/// `plush completions`: what a shell needs to complete commands and options.
struct CompletionsCommand: ParsableCommand {
    /// The shells.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash
        case zsh
        case fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Prints the completions for a shell.",
        discussion: """
            scripts/install puts them where shells look; by hand, the first in ~/.bashrc, the second for a directory of \
            zsh's fpath:

            Examples:
              source <(plush completions bash)
              plush completions zsh > ~/.zfunc/_plush
              plush completions fish > ~/.config/fish/completions/plush.fish
            """
    )

    @Argument(help: "The shell.")
    var shell: Shell

    func run() throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.output(Array(Plush.completionScript(for: kind).utf8))
    }
}
