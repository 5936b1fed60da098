// `clock PROGRAM [ARGUMENT...]`: becomes PROGRAM with an inherited descriptor, named by PLUSH_BENCH_CLOCK, from which
// it reads 8 bytes at a time: the nanoseconds of CPU that it and all its descendants, living and dead, have used.
//
// A task-clock event of perf, counted by the scheduler to the nanosecond. getrusage knows only children that were
// waited for (agents are not, while they live), and the ticks of /proc/PID/stat are longer than all of `true`. Where
// the kernel refuses the event, PROGRAM starts without the variable.
#define _GNU_SOURCE
#include "floor.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int cpu_clock(int argc, char **argv) {
    if (argc < 1) {
        fprintf(stderr, "clock: which program?\n");
        return 2;
    }
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    attributes.inherit = 1;
    int event = (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    if (event >= 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", event);
        setenv("PLUSH_BENCH_CLOCK", number, 1);
    } else {
        perror("clock: perf_event_open");
    }
    execvp(argv[0], argv);
    perror(argv[0]);
    return 127;
}
