// `enter NAME ROUNDS`: a process of an application that enters a barrier again and again through PLUSH_SOCKET, and prints
// for each round when it asked and when it was let through, in nanoseconds of the monotonic clock, which all processes of
// one machine share. It prints at the end, so that nothing but the barrier happens between.
#include "floor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int reads_line(int descriptor, char *line, size_t size) {
    size_t length = 0;
    while (length + 1 < size) {
        ssize_t count = read(descriptor, line + length, size - 1 - length);
        if (count <= 0) return 0;
        length += (size_t)count;
        line[length] = 0;
        if (line[length - 1] == '\n') return 1;
    }
    return 0;
}

int barrier_client(int argc, char **argv) {
    const char *path = getenv("PLUSH_SOCKET");
    int rounds = argc == 2 ? atoi(argv[1]) : 0;
    if (path == NULL || rounds < 1 || rounds > 10000) {
        fprintf(stderr, "enter: usage: enter NAME ROUNDS, as a process that Plush runs\n");
        return 2;
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int plush = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (plush < 0 || connect(plush, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("enter: PLUSH_SOCKET");
        return 2;
    }
    char request[256], answer[512];
    int length = snprintf(request, sizeof request, "enter %s\n", argv[0]);
    uint64_t (*times)[2] = calloc((size_t)rounds, sizeof *times);
    if (times == NULL || length >= (int)sizeof request) return 2;
    for (int round = 0; round < rounds; round++) {
        times[round][0] = floor_wall_ns();
        if (write(plush, request, (size_t)length) != length || !reads_line(plush, answer, sizeof answer)) {
            fprintf(stderr, "enter: no answer in round %d\n", round + 1);
            return 1;
        }
        times[round][1] = floor_wall_ns();
        if (strncmp(answer, "passed", 6) != 0) {
            fprintf(stderr, "enter: round %d: %s", round + 1, answer);
            return 1;
        }
    }
    for (int round = 0; round < rounds; round++) printf("%" PRIu64 " %" PRIu64 "\n", times[round][0], times[round][1]);
    free(times);
    return 0;
}
