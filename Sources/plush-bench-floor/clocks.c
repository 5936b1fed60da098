#include "floor.h"

#include <sys/resource.h>
#include <time.h>

static uint64_t rusage_ns(int who) {
    struct rusage usage;
    if (getrusage(who, &usage) != 0) return 0;
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u
        + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

uint64_t floor_wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t floor_cpu_ns(void) {
    return rusage_ns(RUSAGE_SELF) + rusage_ns(RUSAGE_CHILDREN);
}
