// Small shims over Linux that Swift cannot call itself: variadic, macro-only or pre-exec work, and the guardian.
// Everything here links into a fully static executable: nothing resolves names, loads libraries or reads NSS.
#ifndef CPLUSHSYSTEM_H
#define CPLUSHSYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- spawn.c

/// The step of a spawn that failed.
enum plush_spawn_step {
    PLUSH_SPAWN_DONE = 0,
    PLUSH_SPAWN_MEMORY = 1,
    PLUSH_SPAWN_CLONE = 2,
    PLUSH_SPAWN_GROUP = 3,
    PLUSH_SPAWN_DEATH_SIGNAL = 4,
    PLUSH_SPAWN_DESCRIPTORS = 5,
    PLUSH_SPAWN_DIRECTORY = 6,
    PLUSH_SPAWN_EXECUTE = 7,
};

/// What to start. The descriptors become 0, 1 and 2 of the child; a negative one means /dev/null.
struct plush_spawn_request {
    char *const *argv;
    char *const *envp;
    const char *directory; ///< NULL: stay where the caller is.
    int input;
    int output;
    int error;
};

struct plush_spawn_result {
    pid_t pid;
    int step;  ///< enum plush_spawn_step
    int error; ///< errno of that step
};

/// Starts a process in its own process group, with default signals, no descriptor above 2, SIGKILL when the calling
/// *thread* dies, and the soft limit of open files as it was before plush_raise_open_files. A word without a slash is
/// looked for in the PATH of envp. No page tables are copied. Returns 0, or -1 with the step and errno in *result.
int plush_spawn(const struct plush_spawn_request *request, struct plush_spawn_result *result);

// ---- guard.c

/// The name of the file that marks a directory as an agent's own, and its exact content.
#define PLUSH_MARKER_NAME ".plush-agent"
#define PLUSH_MARKER_TEXT "The directory of a Plush agent: removed with everything in it when the agent ends.\n"

/// Splits this (single-threaded) process into a guardian, the caller's process, which never returns from here, and the
/// agent, its child, in which this returns 0. See guard.c for what each does. Returns -1 with errno when it cannot.
/// `directory`: absolute, need not exist yet; NULL when there is nothing to remove. Returns 0 at once in an agent that
/// has its guardian already.
int plush_guard(const char *directory, int argc, char **argv);

// ---- image.c

/// Copies the executable `from` to the new file `to` (mode 0500), with one write, so that the kernel can map it in large
/// pieces: worth it before some tens of processes run it. Returns 0, or -1 with errno and nothing left: ENOTSUP where it
/// would gain nothing, or could not be run. Nothing that another thread spawns meanwhile may run it: ETXTBSY.
int plush_copy_executable(const char *from, const char *to);

// ---- janitor.c

/// The option under which the agent's executable serves as the janitor of a controller's directory.
#define PLUSH_JANITOR_OPTION "--janitor"

/// Waits for the end of file on descriptor 0, then removes `directory` with all in it, agents' directories only once
/// their agents are gone. Returns 0 when it is gone, 1 after an hour of trying.
int plush_janitor(const char *directory);

/// Removes what can be removed of a run's directory: all but the directories of agents that live. Returns 1 when it is
/// gone.
int plush_sweep_run_directory(const char *directory);

// ---- descendants.c

/// Sends `signal` to every descendant of this process (zombies included), or, with `group` above 0, to those in that
/// process group. Signal 0 only counts. Returns how many could be signalled, or -1 with errno.
int plush_signal_descendants(int signal, pid_t group);

/// The same, with how many descendants there were in *found (those of other users cannot be signalled).
int plush_signal_descendants_counting(int signal, pid_t group, int *found);

// ---- remove.c

/// Removes the directory `name` below the open directory `parent` with all it holds. Follows no link, and enters no
/// other mount. Returns 0 (also when it does not exist), or -1 with the first errno when something had to stay.
int plush_remove_tree(int parent, const char *name);

/// Removes an agent's directory when it carries the marker file, belongs to this user and no living agent holds it.
/// Returns 0 when it is gone, or -1 with errno (EPERM: no marker or not ours; EBUSY: in use).
int plush_remove_agent_directory(const char *path);

/// Opens and checks the marker of the directory `descriptor`. Returns a descriptor that can be locked, or -1.
int plush_open_marker(int descriptor);

// ---- system.c

/// Blocks SIGCHLD in this thread and returns a non-blocking signalfd for it. Call before any other thread starts: a
/// thread that has the signal unblocked would swallow it.
int plush_child_signal_descriptor(void);

/// Blocks SIGTERM, SIGINT, SIGHUP and SIGCHLD in this thread and returns a non-blocking signalfd for all of them: what
/// an agent waits for. Call before any other thread starts, as above, and before there is anything that a death by one
/// of them would leave behind.
int plush_agent_signal_descriptor(void);

/// Empties a signalfd; returns how many signals were read.
int plush_drain_signals(int descriptor);

struct plush_reaped {
    pid_t pid;
    int code;   ///< exit code, when signal is 0
    int signal; ///< terminating signal, or 0
};

/// Reaps one finished child, or the child `pid` when it is above 0, without waiting. Returns 1, 0 (none has finished)
/// or -1 with errno (ECHILD: no children).
int plush_reap(pid_t pid, struct plush_reaped *reaped);

/// Process, user and group at the other end of a Unix socket. Returns 0 or -1 with errno.
int plush_peer_credentials(int descriptor, pid_t *pid, uid_t *user, gid_t *group);

/// Raises the soft limit of open files to the hard one; returns the limit now in force. Children started by
/// plush_spawn get the old soft limit back: programs that loop over all descriptors crawl under a high one.
uint64_t plush_raise_open_files(void);

/// Nanoseconds since boot, counting suspension (CLOCK_BOOTTIME), and not counting it (CLOCK_MONOTONIC).
uint64_t plush_boot_nanoseconds(void);
uint64_t plush_monotonic_nanoseconds(void);

/// Fills memory with kernel randomness. Returns 0 or -1 with errno.
int plush_random_fill(void *bytes, size_t count);

/// Points descriptors 0, 1 and 2 at /dev/null, so that a launch channel is let go. Returns 0 or -1 with errno.
int plush_detach_standard_streams(void);

/// Sets close-on-exec on every descriptor from `first` up. Returns 0 or -1 with errno.
int plush_close_on_exec_from(int first);

/// Closes every descriptor from `first` up.
void plush_close_from(int first);

/// pipe2 with close-on-exec on both ends. ends[0] reads, ends[1] writes. Returns 0 or -1 with errno.
int plush_pipe(int ends[2]);

/// Makes an open file description non-blocking. Returns 0 or -1 with errno.
int plush_set_non_blocking(int descriptor);

/// Threads of this process, and its Private_Dirty in bytes; -1 where /proc does not say.
int64_t plush_thread_count(void);
int64_t plush_private_dirty_bytes(void);

/// What an errno means, in English, independent of locale; never NULL.
const char *plush_error_words(int error);

/// The version that this was built as.
const char *plush_build_version(void);

#ifdef __cplusplus
}
#endif
#endif
