// The start of plush-agent, before the constructors of the Swift runtime and of the libraries.
//
// What needs no Swift ends here: `--version` and the janitor cost a millisecond less each. And the guardian splits off
// here: what the runtime writes while it starts is then written once, in the agent, instead of being copied page by
// page from the guardian, which is left with a few dirty pages. Arguments that are not understood are left to main,
// which says what is wrong with them.
//
// The linker places the pointer at the end; libc calls it first of all, in the main program of an executable only.
#include "CPlushAgentStart.h"

#include <CPlushSystem.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void print_version(void) {
    static const char name[] = "plush-agent ";
    const char *version = plush_build_version();
    char line[128];
    size_t used = sizeof name - 1, length = strlen(version);
    if (length > sizeof line - sizeof name) length = sizeof line - sizeof name;
    memcpy(line, name, used);
    memcpy(line + used, version, length);
    used += length;
    line[used++] = '\n';
    _exit(write(STDOUT_FILENO, line, used) == (ssize_t)used ? 0 : 1);
}

// The agent's directory, when every argument is one that main will accept.
static const char *agent_directory(int argc, char **argv) {
    static const char *const options[] = {"--directory", "--listen", "--log"};
    const char *directory = NULL;
    if (argc % 2 == 0) return NULL;
    for (int at = 1; at < argc; at += 2) {
        size_t option = 0;
        while (option < sizeof options / sizeof options[0] && strcmp(argv[at], options[option]) != 0) option++;
        if (option == sizeof options / sizeof options[0]) return NULL;
        if (option == 0) directory = argv[at + 1];
    }
    return directory;
}

static void start(int argc, char **argv, char **environment) {
    (void)environment;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) print_version();
    if (argc == 3 && strcmp(argv[1], PLUSH_JANITOR_OPTION) == 0) _exit(plush_janitor(argv[2]));
    const char *directory = agent_directory(argc, argv);
    // A failure is not the end: main tries again, and reports it.
    if (directory != NULL) (void)plush_guard(directory, argc, argv);
}

__attribute__((section(".preinit_array"), used, retain)) static void (*const start_entry)(int, char **, char **) = start;
