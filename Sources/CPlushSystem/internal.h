// Shared by the C files of this target only.
#ifndef PLUSH_INTERNAL_H
#define PLUSH_INTERNAL_H

#include "CPlushSystem.h"

#include <sys/resource.h>

/// The soft limit of open files before it was raised; `plush_open_files_raised` says whether it was.
extern struct rlimit plush_open_files_before;
extern int plush_open_files_raised;

/// Reads a whole small file into `buffer`, always terminated. Returns its length or -1.
long plush_read_small(const char *path, char *buffer, size_t capacity);

/// One record of getdents64(2), which has no declaration in glibc's headers.
struct plush_directory_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

/// getdents64 itself: no allocation, unlike readdir. Returns bytes, 0 at the end, -1 with errno.
long plush_directory_read(int descriptor, void *buffer, size_t capacity);

#endif
