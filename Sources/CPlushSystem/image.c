// A copy of an executable that a thousand processes run cheaply.
//
// A kernel whose file system has large folios (ext4 since Linux 6.16, XFS since 5.18) keeps what one write(2) brings in
// pieces of up to 2 MB, and maps each with one entry of the page tables. What a linker, cp or the disk brought is kept
// in small pieces, and every process that runs it faults in page after page: 140 faults of an agent's 340.
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NO_EXECUTION = 8 }; // ST_NOEXEC

// Whether programs can be run from the place of an open file, and large pieces may come of it: not in memory.
static int is_suitable(int descriptor) {
    struct statfs place;
    if (fstatfs(descriptor, &place) < 0) return 0;
    return (place.f_flags & NO_EXECUTION) == 0 && place.f_type != TMPFS_MAGIC && place.f_type != RAMFS_MAGIC;
}

static int write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return -1;
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

static int copy_into(int target, int source) {
    struct stat status;
    if (fstat(source, &status) < 0) return -1;
    if (!S_ISREG(status.st_mode) || status.st_size <= 0 || !is_suitable(target)) {
        errno = ENOTSUP;
        return -1;
    }
    size_t bytes = (size_t)status.st_size;
    void *image = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, source, 0);
    if (image == MAP_FAILED) return -1;
    int outcome = write_all(target, image, bytes);
    int error = errno;
    munmap(image, bytes);
    errno = error;
    return outcome == 0 ? fchmod(target, 0500) : -1;
}

int plush_copy_executable(const char *from, const char *to) {
    int source = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source < 0) return -1;
    int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int outcome = target < 0 ? -1 : copy_into(target, source);
    int error = errno;
    if (target >= 0 && close(target) < 0 && outcome == 0) {
        outcome = -1;
        error = errno;
    }
    if (target >= 0 && outcome < 0) unlink(to);
    close(source);
    errno = error;
    return outcome;
}
