// `spawn N WIDTH PROGRAM [ARGUMENT...]`: posix_spawn and wait, N times, WIDTH at a time; prints `wall cpu` in
// nanoseconds, the CPU with that of the children. Their output goes to /dev/null, so that only the two numbers print.
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static long positive(const char *text) {
    char *end = NULL;
    errno = 0;
    long value = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && value > 0 ? value : -1;
}

// Waits for one child; false when it did not exit with 0, because a floor of failures would be no floor.
static int reap(void) {
    int status = 0;
    pid_t pid;
    do {
        pid = wait(&status);
    } while (pid < 0 && errno == EINTR);
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int spawn_floor(int argc, char **argv) {
    long count = argc >= 3 ? positive(argv[0]) : -1;
    long width = argc >= 3 ? positive(argv[1]) : -1;
    if (count < 0 || width < 0) {
        fprintf(stderr, "spawn: N and WIDTH are positive numbers, then a program\n");
        return 2;
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    posix_spawn_file_actions_t actions;
    if (null < 0 || posix_spawn_file_actions_init(&actions) != 0
        || posix_spawn_file_actions_adddup2(&actions, null, STDOUT_FILENO) != 0) {
        perror("spawn: /dev/null");
        return 1;
    }

    uint64_t wall = floor_wall_ns();
    uint64_t cpu = floor_cpu_ns();
    long running = 0, failed = 0;
    for (long started = 0; started < count; started++) {
        if (running == width) {
            failed += !reap();
            running--;
        }
        pid_t pid;
        int error = posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ);
        if (error != 0) {
            fprintf(stderr, "spawn: %s: %s\n", argv[2], strerror(error));
            return 1;
        }
        running++;
    }
    for (; running > 0; running--) failed += !reap();
    wall = floor_wall_ns() - wall;
    cpu = floor_cpu_ns() - cpu;

    posix_spawn_file_actions_destroy(&actions);
    close(null);
    if (failed > 0) {
        fprintf(stderr, "spawn: %ld of %ld did not exit with 0\n", failed, count);
        return 1;
    }
    printf("%llu %llu\n", (unsigned long long)wall, (unsigned long long)cpu);
    return 0;
}
