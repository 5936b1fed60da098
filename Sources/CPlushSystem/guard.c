// The guardian: what makes "kill -9 of an agent leaves nothing" true.
//
// The process that was launched stays behind as the guardian and does nothing but wait for the agent, its child. It is
// a child subreaper, so that when the agent is gone, however it went, every process below the agent becomes a child
// of the guardian, also those that called setsid or were double-forked; they are killed until none is left. The
// guardian holds no descriptor, so that the end of the launch channel is the end of the agent alone.
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void rename_process(int argc, char **argv) {
    static const char name[] = "plush-guard";
    prctl(PR_SET_NAME, name, 0, 0, 0);
    if (argc < 1 || argv == NULL || argv[0] == NULL) return;
    // The kernel shows this memory as the command line; the words lie one after another.
    char *start = argv[0];
    char *end = start + strlen(start) + 1;
    for (int at = 1; at < argc && argv[at] == end; at++) end += strlen(argv[at]) + 1;
    size_t room = (size_t)(end - start);
    memset(start, 0, room);
    memcpy(start, name, room < sizeof name ? room - 1 : sizeof name - 1);
}

static void ignore_signals(void) {
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM,
                                  SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    for (size_t at = 0; at < sizeof ignored / sizeof ignored[0]; at++) sigaction(ignored[at], &action, NULL);
    // A launcher may have left SIGCHLD ignored: the kernel would then reap behind our back.
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);
}

static int wait_for_agent(pid_t agent) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (pid == agent && WIFEXITED(status)) return WEXITSTATUS(status);
        if (pid == agent) return 128 + WTERMSIG(status);
        if (pid < 0 && errno != EINTR) return 127;
    }
}

static void kill_what_is_left(void) {
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    const struct timespec pause = {0, 20 * 1000 * 1000};
    for (;;) {
        int found = 0;
        int killed = plush_signal_descendants_counting(SIGKILL, 0, &found);
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {}
        // A process that hides from one look at /proc is a child of ours once its parent is reaped.
        if (pid < 0 && errno == ECHILD) return;
        // What belongs to another user is beyond us, and must not keep the directory from being removed.
        if (found > 0 && killed == 0) return;
        // SIGCHLD is blocked: this returns at the next death, and looks again when one was missed.
        sigtimedwait(&child_ended, NULL, &pause);
    }
}

static _Noreturn void guardian_main(const char *directory, pid_t agent, int argc, char **argv) {
    // As a rule `directory` lies in argv: copy it before the words are overwritten.
    char kept[4096];
    if (directory != NULL && strlen(directory) >= sizeof kept) directory = NULL;
    if (directory != NULL) directory = strcpy(kept, directory);
    // The launcher's death is not the agent's: without a controller an agent lives on until its lease ends.
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    rename_process(argc, argv);
    plush_close_from(0);
    ignore_signals();
    // Everything else is open again; SIGCHLD stays blocked, to be waited for.
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_SETMASK, &child_ended, NULL);
    // No directory may be kept busy by a process that only waits.
    if (chdir("/") < 0) {}
    int status = wait_for_agent(agent);
    kill_what_is_left();
    if (directory != NULL) plush_remove_agent_directory(directory);
    _exit(status);
}

static int is_guarded = 0; // whether this process is the agent of a guardian already

int plush_guard(const char *directory, int argc, char **argv) {
    if (is_guarded) return 0;
    if (directory != NULL && directory[0] != '/') {
        errno = EINVAL;
        return -1;
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return -1;
    sigset_t blocked, before;
    sigfillset(&blocked);
    if (sigprocmask(SIG_SETMASK, &blocked, &before) < 0) return -1;
    pid_t guardian = getpid();
    pid_t agent = fork();
    if (agent < 0) {
        int error = errno;
        sigprocmask(SIG_SETMASK, &before, NULL);
        errno = error;
        return -1;
    }
    if (agent > 0) guardian_main(directory, agent, argc, argv);
    // The subreaper mark is not inherited. A session of its own keeps a terminal's Ctrl-C away.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    if (getppid() != guardian) _exit(127);
    setsid();
    plush_close_on_exec_from(3);
    sigprocmask(SIG_SETMASK, &before, NULL);
    is_guarded = 1;
    return 0;
}
