// Starting a process without copying page tables: clone(CLONE_VM | CLONE_VFORK), as posix_spawn does, with the steps
// that posix_spawn lacks (process group before exec, PR_SET_PDEATHSIG, chdir, which step failed).
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The child's frames hold one PATH_MAX buffer; the rest is room for libc.
enum { STACK_BYTES = 64 * 1024, KERNEL_MASK_BYTES = 8 };

struct child_context {
    const struct plush_spawn_request *request;
    struct plush_spawn_result *result;
    const char *path; // the search path for a word without a slash
    pid_t parent;
};

// The child runs in the parent's memory while the parent is stopped: what it stores in *result, the parent reads.
static _Noreturn void fail(struct child_context *context, int step, int error) {
    context->result->step = step;
    context->result->error = error;
    _exit(127);
}

static void reset_signals(void) {
    // The kernel's own struct sigaction, all zero: SIG_DFL, no flags. libc's call would refuse signals 32 and 33, which
    // a parent that used posix_spawn leaves ignored.
    const unsigned long standard[4] = {0, 0, 0, 0};
    // Handlers must be gone before the mask opens: one that ran here would run in the parent's memory.
    for (int number = 1; number <= 64; number++)
        if (number != SIGKILL && number != SIGSTOP)
            syscall(SYS_rt_sigaction, number, standard, NULL, KERNEL_MASK_BYTES);
    uint64_t none = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, KERNEL_MASK_BYTES);
}

static int place_descriptors(const struct plush_spawn_request *request) {
    int given[3] = {request->input, request->output, request->error};
    // A given descriptor below 3 could be overwritten before its turn: move it out of the way first.
    for (int target = 0; target < 3; target++) {
        if (given[target] < 0) {
            given[target] = open("/dev/null", (target == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC | O_NOCTTY);
            if (given[target] < 0) return -1;
        }
        if (given[target] < 3 && given[target] != target) {
            given[target] = fcntl(given[target], F_DUPFD_CLOEXEC, 3);
            if (given[target] < 0) return -1;
        }
    }
    for (int target = 0; target < 3; target++) {
        if (given[target] != target) {
            if (dup2(given[target], target) < 0) return -1;
        } else if (fcntl(target, F_SETFD, 0) < 0) {
            return -1;
        }
    }
    // Where the kernel is older than 5.9, close-on-exec on everything we open must do.
    syscall(SYS_close_range, 3U, ~0U, 0U);
    return 0;
}

// Tries each directory of the search path, like execvpe: a refusal is remembered, an absence is not an end.
static int search_and_execute(struct child_context *context) {
    char *const *argv = context->request->argv;
    char *const *envp = context->request->envp;
    const char *word = argv[0];
    if (*word == '\0') return ENOENT;
    if (strchr(word, '/') != NULL) {
        execve(word, argv, envp);
        return errno;
    }
    size_t word_bytes = strlen(word);
    if (word_bytes > NAME_MAX) return ENAMETOOLONG;
    int refused = 0;
    for (const char *start = context->path;; ) {
        const char *end = strchrnul(start, ':');
        size_t bytes = (size_t)(end - start);
        char candidate[PATH_MAX];
        if (bytes + 1 + word_bytes + 1 <= sizeof candidate) {
            size_t used = 0;
            if (bytes > 0) {
                memcpy(candidate, start, bytes);
                candidate[bytes] = '/';
                used = bytes + 1;
            }
            memcpy(candidate + used, word, word_bytes + 1);
            execve(candidate, argv, envp);
            if (errno == EACCES) refused = 1;
            else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT)
                return errno;
        }
        if (*end == '\0') return refused ? EACCES : ENOENT;
        start = end + 1;
    }
}

static int child_main(void *argument) {
    struct child_context *context = argument;
    const struct plush_spawn_request *request = context->request;
    if (setpgid(0, 0) < 0) fail(context, PLUSH_SPAWN_GROUP, errno);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) fail(context, PLUSH_SPAWN_DEATH_SIGNAL, errno);
    // The parent may have died before the line above took hold; nobody would send the signal any more.
    if (getppid() != context->parent) _exit(127);
    if (place_descriptors(request) < 0) fail(context, PLUSH_SPAWN_DESCRIPTORS, errno);
    if (plush_open_files_raised) setrlimit(RLIMIT_NOFILE, &plush_open_files_before);
    if (request->directory != NULL && chdir(request->directory) < 0) fail(context, PLUSH_SPAWN_DIRECTORY, errno);
    reset_signals();
    fail(context, PLUSH_SPAWN_EXECUTE, search_and_execute(context));
}

static const char *search_path(char *const *envp) {
    for (char *const *variable = envp; *variable != NULL; variable++)
        if (strncmp(*variable, "PATH=", 5) == 0) return *variable + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

int plush_spawn(const struct plush_spawn_request *request, struct plush_spawn_result *result) {
    result->pid = -1;
    result->step = PLUSH_SPAWN_DONE;
    result->error = 0;
    void *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        result->step = PLUSH_SPAWN_MEMORY;
        result->error = errno;
        return -1;
    }
    struct child_context context = {request, result, search_path(request->envp), getpid()};

    // Every signal, those that libc keeps for itself too: a handler must not run on the borrowed stack.
    uint64_t all = ~(uint64_t)0, before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, KERNEL_MASK_BYTES);
    pid_t pid = clone(child_main, (char *)stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, &context);
    int clone_error = errno;
    if (pid > 0 && *(volatile int *)&result->step != PLUSH_SPAWN_DONE)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_MASK_BYTES);
    munmap(stack, STACK_BYTES);

    if (pid < 0) {
        result->step = PLUSH_SPAWN_CLONE;
        result->error = clone_error;
        return -1;
    }
    if (result->step != PLUSH_SPAWN_DONE) return -1;
    result->pid = pid;
    return 0;
}
