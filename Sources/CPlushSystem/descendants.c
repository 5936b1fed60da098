// Finding and signalling every descendant, whatever group or session it moved itself to.
#define _GNU_SOURCE
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process_list {
    pid_t *pids;
    size_t count;
    size_t capacity;
};

static int append(struct process_list *list, pid_t pid) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        pid_t *pids = realloc(list->pids, capacity * sizeof *pids);
        if (pids == NULL) return -1;
        list->pids = pids;
        list->capacity = capacity;
    }
    list->pids[list->count++] = pid;
    return 0;
}

// Calls `body` for each numeric name in a directory of /proc. Returns -1 when it cannot be opened.
static int each_number(const char *path, int (*body)(pid_t number, void *state), void *state) {
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -1;
    _Alignas(8) char buffer[2048];
    int outcome = 0;
    for (long bytes; outcome == 0 && (bytes = plush_directory_read(directory, buffer, sizeof buffer)) > 0;) {
        for (long at = 0; outcome == 0 && at < bytes;) {
            struct plush_directory_entry *entry = (struct plush_directory_entry *)(buffer + at);
            at += entry->length;
            if (isdigit((unsigned char)entry->name[0])) outcome = body((pid_t)atol(entry->name), state);
        }
    }
    close(directory);
    return outcome;
}

struct task_walk {
    struct process_list *list;
    pid_t process;
    int readable; // whether any children file could be read
};

// Appends the numbers in /proc/PID/task/TID/children: the children that this thread started or inherited.
static int read_children(pid_t task, void *state) {
    struct task_walk *walk = state;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)walk->process, (int)task);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    walk->readable = 1;
    char buffer[1024];
    pid_t number = 0;
    int failed = 0;
    for (ssize_t bytes; !failed && (bytes = read(file, buffer, sizeof buffer)) > 0;) {
        for (ssize_t at = 0; at < bytes; at++) {
            if (isdigit((unsigned char)buffer[at])) {
                number = number * 10 + (buffer[at] - '0');
            } else if (number > 0) {
                failed |= append(walk->list, number);
                number = 0;
            }
        }
    }
    if (number > 0) failed |= append(walk->list, number);
    close(file);
    return failed;
}

struct process_pair {
    struct process_list children;
    struct process_list parents;
};

static int read_parent(pid_t process, void *state) {
    struct process_pair *pairs = state;
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    if (plush_read_small(path, text, sizeof text) <= 0) return 0;
    // The name in brackets may hold anything: the parent is the second word after the last bracket.
    const char *after = strrchr(text, ')');
    int parent = 0;
    if (after == NULL || sscanf(after + 1, " %*c %d", &parent) != 1) return 0;
    return append(&pairs->children, process) | append(&pairs->parents, (pid_t)parent);
}

// For kernels without CONFIG_PROC_CHILDREN: all parents from /proc, then outwards from this process.
static int collect_by_scan(struct process_list *list) {
    struct process_pair pairs;
    memset(&pairs, 0, sizeof pairs);
    int outcome = each_number("/proc", read_parent, &pairs);
    if (outcome == 0) {
        for (size_t at = 0; at < list->count && outcome == 0; at++)
            for (size_t row = 0; row < pairs.parents.count && outcome == 0; row++)
                if (pairs.parents.pids[row] == list->pids[at] && pairs.children.pids[row] != list->pids[at])
                    outcome = append(list, pairs.children.pids[row]);
    }
    free(pairs.children.pids);
    free(pairs.parents.pids);
    return outcome;
}

// Fills the list with this process, then its descendants, parents before children.
static int collect(struct process_list *list) {
    if (append(list, getpid()) != 0) return -1;
    for (size_t at = 0; at < list->count; at++) {
        struct task_walk walk = {list, list->pids[at], 0};
        char path[32];
        snprintf(path, sizeof path, "/proc/%d/task", (int)walk.process);
        int outcome = each_number(path, read_children, &walk);
        if (at == 0 && !walk.readable) return collect_by_scan(list);
        // Another process may end while we look; our own failing to allocate is the error.
        if (outcome != 0 && walk.readable) return -1;
    }
    return 0;
}

int plush_signal_descendants_counting(int signal, pid_t group, int *found) {
    struct process_list list;
    memset(&list, 0, sizeof list);
    int count = 0;
    *found = 0;
    if (collect(&list) != 0) {
        free(list.pids);
        errno = ENOMEM;
        return -1;
    }
    for (size_t at = 1; at < list.count; at++) {
        if (group > 0 && getpgid(list.pids[at]) != group) continue;
        *found += 1;
        if (kill(list.pids[at], signal) == 0) count++;
    }
    free(list.pids);
    return count;
}

int plush_signal_descendants(int signal, pid_t group) {
    int found;
    return plush_signal_descendants_counting(signal, group, &found);
}
