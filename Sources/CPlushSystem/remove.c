// Removing a directory tree through descriptors only: no path is resolved twice, no link followed, no mount entered.
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Deeper directories are moved up to the root of the removal, so that depth costs no descriptors and no stack.
enum { DEPTH_MAX = 24, BUFFER_BYTES = 2048 };

struct removal {
    int root;
    dev_t device;
    unsigned moved;
    int error; // the first one met
};

static void note(struct removal *removal, int error) {
    if (removal->error == 0) removal->error = error;
}

// RESOLVE_NO_XDEV also stops at a bind mount of the same file system, which st_dev cannot tell (Linux 5.6).
static int open_below(int parent, const char *name, dev_t device) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
    int directory = (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
    if (directory >= 0 || (errno != ENOSYS && errno != EPERM)) return directory;
    directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (directory >= 0 && (fstat(directory, &status) < 0 || status.st_dev != device)) {
        close(directory);
        errno = EXDEV;
        return -1;
    }
    return directory;
}

// A directory that its owner may not read is opened by giving the owner the right, through /proc as fchmodat would.
static int open_forced(int parent, const char *name, dev_t device) {
    int directory = open_below(parent, name, device);
    if (directory >= 0 || errno != EACCES) return directory;
    int handle = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (handle < 0) return -1;
    char path[48];
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
    struct stat status;
    int changed = fstat(handle, &status) == 0 && status.st_dev == device ? chmod(path, 0700) : -1;
    close(handle);
    if (changed < 0) {
        errno = EACCES;
        return -1;
    }
    return open_below(parent, name, device);
}

static void empty_directory(struct removal *removal, int directory, unsigned depth);

// Returns 1 when the entry is gone from here.
static int remove_entry(struct removal *removal, int directory, const char *name, unsigned depth) {
    if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) return 1;
    // Linux answers EISDIR, POSIX EPERM, for a directory.
    if (errno != EISDIR && errno != EPERM) return note(removal, errno), 0;
    if (unlinkat(directory, name, AT_REMOVEDIR) == 0) return 1;
    if (errno == ENOTDIR) return note(removal, EPERM), 0;
    if (errno != ENOTEMPTY && errno != EEXIST) return note(removal, errno), 0;
    if (depth >= DEPTH_MAX) {
        char moved[48];
        snprintf(moved, sizeof moved, ".plush-removing-%d-%u", (int)getpid(), removal->moved++);
        if (renameat(directory, name, removal->root, moved) == 0) return 1;
        return note(removal, errno), 0;
    }
    int child = open_forced(directory, name, removal->device);
    if (child < 0) return note(removal, errno), 0;
    empty_directory(removal, child, depth + 1);
    close(child);
    if (unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return 1;
    return note(removal, errno), 0;
}

static void empty_directory(struct removal *removal, int directory, unsigned depth) {
    struct stat status;
    if (fstat(directory, &status) == 0 && (status.st_mode & 0700) != 0700) fchmod(directory, 0700);
    _Alignas(8) char buffer[BUFFER_BYTES];
    // Removing while reading may skip names on some file systems: read again until a pass finds nothing to remove.
    for (int removed = 1; removed;) {
        removed = 0;
        if (lseek(directory, 0, SEEK_SET) < 0) {
            note(removal, errno);
            return;
        }
        for (long bytes; (bytes = plush_directory_read(directory, buffer, sizeof buffer)) > 0;) {
            for (long at = 0; at < bytes;) {
                struct plush_directory_entry *entry = (struct plush_directory_entry *)(buffer + at);
                at += entry->length;
                if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
                if (depth == 0 && strcmp(entry->name, PLUSH_MARKER_NAME) == 0) continue;
                removed |= remove_entry(removal, directory, entry->name, depth);
            }
        }
    }
}

// Takes over `root`, which is the open directory `name` of `parent`.
static int remove_opened(int parent, const char *name, int root) {
    struct stat status;
    if (fstat(root, &status) < 0) {
        int error = errno;
        close(root);
        errno = error;
        return -1;
    }
    struct removal removal = {root, status.st_dev, 0, 0};
    empty_directory(&removal, root, 0);
    // The marker goes last: a removal that was cut short can be taken up again.
    if (removal.error == 0 && unlinkat(root, PLUSH_MARKER_NAME, 0) < 0 && errno != ENOENT) {
        if (errno == EISDIR || errno == EPERM) remove_entry(&removal, root, PLUSH_MARKER_NAME, 0);
        else note(&removal, errno);
    }
    close(root);
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
    if (removal.error != 0) errno = removal.error;
    return -1;
}

int plush_remove_tree(int parent, const char *name) {
    int root = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (root < 0) return errno == ENOENT ? 0 : -1;
    return remove_opened(parent, name, root);
}

int plush_open_marker(int descriptor) {
    int marker = openat(descriptor, PLUSH_MARKER_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (marker < 0) return -1;
    struct stat status;
    char text[sizeof PLUSH_MARKER_TEXT];
    if (fstat(marker, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid()
        && read(marker, text, sizeof text) == (ssize_t)(sizeof text - 1)
        && memcmp(text, PLUSH_MARKER_TEXT, sizeof text - 1) == 0)
        return marker;
    close(marker);
    errno = EPERM;
    return -1;
}

// Splits "/a/b/c" into the open directory "/a/b" and the name "c". Returns the descriptor or -1.
static int open_parent(const char *path, char name[256]) {
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') start--;
    if (path[0] != '/' || start == 0 || end == start || end - start > 255 || start > 4095) {
        errno = EINVAL;
        return -1;
    }
    memcpy(name, path + start, end - start);
    name[end - start] = '\0';
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = EINVAL;
        return -1;
    }
    char above[4096];
    memcpy(above, path, start);
    above[start] = '\0';
    return open(above, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int plush_remove_agent_directory(const char *path) {
    char name[256];
    int parent = open_parent(path, name);
    if (parent < 0) return errno == ENOENT ? 0 : -1;
    int error = 0;
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        error = errno == ENOENT ? 0 : errno;
        close(parent);
        errno = error;
        return error == 0 ? 0 : -1;
    }
    struct stat status;
    int marker = -1;
    if (fstat(directory, &status) < 0) error = errno;
    else if (status.st_uid != geteuid()) error = EPERM;
    else if ((marker = plush_open_marker(directory)) < 0) error = EPERM;
    // A living agent holds the lock: a directory taken over by a successor is not ours to remove.
    else if (flock(marker, LOCK_EX | LOCK_NB) < 0) error = EBUSY;
    else if (remove_opened(parent, name, fcntl(directory, F_DUPFD_CLOEXEC, 0)) < 0) error = errno;
    if (marker >= 0) close(marker);
    close(directory);
    close(parent);
    errno = error;
    return error == 0 ? 0 : -1;
}
