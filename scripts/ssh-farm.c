// Preloaded into the sshd of scripts/ssh-farm, which compiles it with FARM_HOMES, FARM_USER, FARM_SHELL, FARM_SHARED and
// FARM_BACKLOG. It makes one sshd on one loopback interface look like many machines:
//  - listeners are bound to the device `lo`, so that a wildcard address is reachable from this machine alone; sshd
//    itself takes no more than 16 ListenAddress lines;
//  - ports may be shared by the farm's owner, so that a fake server can stand in for one address: the kernel prefers the
//    listener with the more specific address;
//  - the listen queue is as long as the farm asks for; sshd's own is fixed at 128;
//  - the user's home and login shell depend on the address that was called: its home is FARM_HOMES/ADDRESS, and its
//    shell is what the first line of the file `.shell` there names.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The connection is the first of few descriptors of a session's monitor, but not a fixed one.
enum { DESCRIPTORS = 32 };

static int is_internet(int descriptor) {
    int family = 0;
    socklen_t length = sizeof family;
    return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 && family == AF_INET;
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    static int (*original)(int, const struct sockaddr *, socklen_t);
    if (!original) original = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind");
    int yes = 1;
    if (is_internet(descriptor)) {
        if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0) return -1;
        if (setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof "lo") < 0) return -1;
    }
    return original(descriptor, address, length);
}

int listen(int descriptor, int backlog) {
    static int (*original)(int, int);
    if (!original) original = (int (*)(int, int))dlsym(RTLD_NEXT, "listen");
    return original(descriptor, FARM_BACKLOG > 0 && is_internet(descriptor) ? FARM_BACKLOG : backlog);
}

// The home of the host that was called, or 0.
static int find_home(char *home, size_t size) {
    if (FARM_SHARED) return snprintf(home, size, "%s/shared", FARM_HOMES) < (int)size;
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        struct sockaddr_in own, peer;
        socklen_t own_length = sizeof own, peer_length = sizeof peer;
        if (getsockname(descriptor, (struct sockaddr *)&own, &own_length) < 0 || own.sin_family != AF_INET) continue;
        if (getpeername(descriptor, (struct sockaddr *)&peer, &peer_length) < 0) continue;
        char address[INET_ADDRSTRLEN];
        if (!inet_ntop(AF_INET, &own.sin_addr, address, sizeof address)) return 0;
        return snprintf(home, size, "%s/%s", FARM_HOMES, address) < (int)size;
    }
    return 0;
}

static int read_line(const char *directory, const char *name, char *line, int size) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) return 0;
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    char *found = fgets(line, size, file);
    fclose(file);
    if (!found) return 0;
    line[strcspn(line, "\n")] = 0;
    return line[0] != 0;
}

struct passwd *getpwnam(const char *name) {
    static struct passwd *(*original)(const char *);
    static char home[PATH_MAX], shell[PATH_MAX];
    if (!original) original = (struct passwd * (*)(const char *)) dlsym(RTLD_NEXT, "getpwnam");
    struct passwd *entry = original(name);
    if (!entry || strcmp(name, FARM_USER) != 0 || !find_home(home, sizeof home)) return entry;
    char path[PATH_MAX];
    entry->pw_dir = home;
    if (!read_line(home, ".shell", shell, sizeof shell)) snprintf(shell, sizeof shell, "%s", FARM_SHELL);
    // A search path of its own needs a program in between: sshd makes the environment itself.
    if (read_line(home, ".path", path, sizeof path)) snprintf(shell, sizeof shell, "%s/.pathshell", FARM_HOMES);
    entry->pw_shell = shell;
    entry->pw_passwd = "*";
    return entry;
}

// Accounts without a password, as root's on many virtual machines, count as locked: keys are all that the farm needs.
struct spwd *getspnam(const char *name) {
    static struct spwd *(*original)(const char *);
    if (!original) original = (struct spwd * (*)(const char *)) dlsym(RTLD_NEXT, "getspnam");
    return strcmp(name, FARM_USER) == 0 ? NULL : original(name);
}
