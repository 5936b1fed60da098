// Floors for the benchmarks: what plain C needs for the same work on the same machine in the same run.
#include "floor.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "seal") == 0) return seal_floor(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "spawn") == 0) return spawn_floor(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "clock") == 0) return cpu_clock(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "enter") == 0) return barrier_client(argc - 2, argv + 2);
    fprintf(stderr, "usage: plush-bench-floor seal [ROUNDS]\n"
                    "       plush-bench-floor spawn N WIDTH PROGRAM [ARGUMENT...]\n"
                    "       plush-bench-floor clock PROGRAM [ARGUMENT...]\n"
                    "       plush-bench-floor enter NAME ROUNDS\n");
    return 2;
}
