// What the floors share: two clocks and the entry point of each subcommand.
#ifndef PLUSH_FLOOR_H
#define PLUSH_FLOOR_H

#include <stdint.h>

// Nanoseconds on the monotonic clock.
uint64_t floor_wall_ns(void);

// Nanoseconds of CPU, user and system, of this process and of its children that were waited for.
uint64_t floor_cpu_ns(void);

int barrier_client(int argc, char **argv);
int cpu_clock(int argc, char **argv);
int seal_floor(int argc, char **argv);
int spawn_floor(int argc, char **argv);

#endif
