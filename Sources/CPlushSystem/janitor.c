// The janitor: removes the directory of one run once its controller is gone, however it went.
//
// It holds the reading end of a pipe whose writing end only the controller has. At the end of file it removes what the
// controller left, and waits for the agents' own directories, each of which goes with its guardian.
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SHORT_WAIT_MS = 10, LONG_WAIT_MS = 200, LONG_WAITS = 5 * 3600, BUFFER = 4096 };

static void wait_for_end_of_file(int descriptor) {
    char ignored[64];
    for (;;) {
        ssize_t count = read(descriptor, ignored, sizeof ignored);
        if (count == 0 || (count < 0 && errno != EINTR)) return;
    }
}

int plush_sweep_run_directory(const char *directory) {
    int root = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (root < 0) return errno == ENOENT;
    _Alignas(8) char buffer[BUFFER];
    for (long bytes; (bytes = plush_directory_read(root, buffer, sizeof buffer)) > 0;) {
        for (long at = 0; at < bytes;) {
            struct plush_directory_entry *entry = (struct plush_directory_entry *)(buffer + at);
            at += entry->length;
            if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
            if (unlinkat(root, entry->name, 0) == 0) continue;
            int child = openat(root, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (child < 0) continue;
            int marker = plush_open_marker(child);
            close(child);
            if (marker < 0) {
                plush_remove_tree(root, entry->name);
                continue;
            }
            close(marker);
            char path[8192];
            size_t length = strlen(directory), more = strlen(entry->name);
            if (length + more + 2 > sizeof path) continue;
            memcpy(path, directory, length);
            path[length] = '/';
            memcpy(path + length + 1, entry->name, more + 1);
            plush_remove_agent_directory(path);
        }
    }
    close(root);
    return rmdir(directory) == 0 || errno == ENOENT;
}

int plush_janitor(const char *directory) {
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    prctl(PR_SET_NAME, "plush-janitor", 0, 0, 0);
    setsid();
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT};
    for (size_t at = 0; at < sizeof ignored / sizeof ignored[0]; at++) signal(ignored[at], SIG_IGN);
    plush_close_from(3);
    wait_for_end_of_file(0);
    for (int attempt = 0; attempt < LONG_WAITS; attempt++) {
        if (plush_sweep_run_directory(directory)) return 0;
        int milliseconds = attempt < 50 ? SHORT_WAIT_MS : LONG_WAIT_MS;
        const struct timespec pause = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
        nanosleep(&pause, NULL);
    }
    return 1;
}
