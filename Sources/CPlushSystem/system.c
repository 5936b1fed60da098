// Clocks, limits, signals and descriptors: one call each, in the form that Swift can use.
#define _GNU_SOURCE
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PLUSH_BUILD_VERSION
#define PLUSH_BUILD_VERSION "0.1.0"
#endif

struct rlimit plush_open_files_before;
int plush_open_files_raised = 0;

long plush_directory_read(int descriptor, void *buffer, size_t capacity) {
    return syscall(SYS_getdents64, descriptor, buffer, capacity);
}

long plush_read_small(const char *path, char *buffer, size_t capacity) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t used = 0;
    for (ssize_t bytes; used + 1 < capacity && (bytes = read(file, buffer + used, capacity - 1 - used)) > 0;)
        used += (size_t)bytes;
    buffer[used] = '\0';
    close(file);
    return (long)used;
}

// Blocks signals in this thread, with default actions, and gives a signalfd for them.
static int signal_descriptor(const int *numbers, size_t count) {
    sigset_t signals;
    sigemptyset(&signals);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (size_t at = 0; at < count; at++) {
        sigaddset(&signals, numbers[at]);
        sigaction(numbers[at], &action, NULL);
    }
    int error = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int plush_child_signal_descriptor(void) {
    // Ignored rather than default would make the kernel reap children itself.
    static const int numbers[] = {SIGCHLD};
    return signal_descriptor(numbers, 1);
}

int plush_agent_signal_descriptor(void) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    return signal_descriptor(numbers, sizeof numbers / sizeof numbers[0]);
}

int plush_drain_signals(int descriptor) {
    struct signalfd_siginfo information[4];
    int count = 0;
    for (ssize_t bytes; (bytes = read(descriptor, information, sizeof information)) > 0;)
        count += (int)((size_t)bytes / sizeof information[0]);
    return count;
}

int plush_reap(pid_t pid, struct plush_reaped *reaped) {
    int status;
    pid_t ended;
    do ended = waitpid(pid > 0 ? pid : -1, &status, WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended <= 0) return (int)ended;
    reaped->pid = ended;
    reaped->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    reaped->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return 1;
}

int plush_peer_credentials(int descriptor, pid_t *pid, uid_t *user, gid_t *group) {
    struct ucred peer;
    socklen_t bytes = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) < 0) return -1;
    *pid = peer.pid;
    *user = peer.uid;
    *group = peer.gid;
    return 0;
}

uint64_t plush_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit before = limit;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0) return (uint64_t)before.rlim_cur;
        plush_open_files_before = before;
        plush_open_files_raised = 1;
    }
    return (uint64_t)limit.rlim_cur;
}

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t plush_boot_nanoseconds(void) { return nanoseconds(CLOCK_BOOTTIME); }

uint64_t plush_monotonic_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }

int plush_random_fill(void *bytes, size_t count) {
    for (size_t filled = 0; filled < count;) {
        ssize_t got = getrandom((char *)bytes + filled, count - filled, 0);
        if (got < 0 && errno != EINTR) return -1;
        if (got > 0) filled += (size_t)got;
    }
    return 0;
}

int plush_detach_standard_streams(void) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (nothing < 0) return -1;
    int outcome = 0;
    for (int target = 0; target < 3; target++)
        if (nothing != target && dup2(nothing, target) < 0) outcome = -1;
    if (nothing > 2) close(nothing);
    else fcntl(nothing, F_SETFD, 0);
    return outcome;
}

// Applies `body` to each open descriptor from `first` up, for kernels without close_range.
static int each_descriptor(int first, void (*body)(int descriptor)) {
    int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -1;
    _Alignas(8) char buffer[2048];
    for (long bytes; (bytes = plush_directory_read(directory, buffer, sizeof buffer)) > 0;) {
        for (long at = 0; at < bytes;) {
            struct plush_directory_entry *entry = (struct plush_directory_entry *)(buffer + at);
            at += entry->length;
            int descriptor = atoi(entry->name);
            if (entry->name[0] != '.' && descriptor >= first && descriptor != directory) body(descriptor);
        }
    }
    close(directory);
    return 0;
}

static void set_close_on_exec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

static void close_one(int descriptor) { close(descriptor); }

int plush_close_on_exec_from(int first) {
    enum { CLOSE_ON_EXEC = 4 }; // CLOSE_RANGE_CLOEXEC, Linux 5.11
    if (syscall(SYS_close_range, (unsigned)first, ~0U, CLOSE_ON_EXEC) == 0) return 0;
    return each_descriptor(first, set_close_on_exec);
}

void plush_close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) return;
    each_descriptor(first, close_one);
}

int plush_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int plush_set_non_blocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

// The number after `label` in a small file of /proc.
static int64_t labelled_number(const char *path, const char *label) {
    char text[4096];
    if (plush_read_small(path, text, sizeof text) <= 0) return -1;
    const char *at = strstr(text, label);
    return at == NULL ? -1 : strtoll(at + strlen(label), NULL, 10);
}

int64_t plush_thread_count(void) { return labelled_number("/proc/self/status", "\nThreads:"); }

int64_t plush_private_dirty_bytes(void) {
    int64_t kilobytes = labelled_number("/proc/self/smaps_rollup", "\nPrivate_Dirty:");
    return kilobytes < 0 ? -1 : kilobytes * 1024;
}

const char *plush_error_words(int error) {
    const char *words = strerrordesc_np(error);
    return words != NULL ? words : "unknown error";
}

const char *plush_build_version(void) { return PLUSH_BUILD_VERSION; }
