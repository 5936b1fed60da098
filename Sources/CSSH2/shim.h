#ifndef PLUSH_CSSH2_SHIM_H
#define PLUSH_CSSH2_SHIM_H

#include <libssh2.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>

// What Swift cannot call or name: callbacks that libssh2 takes as void pointers, macros that call functions; and a heap
// per session. libssh2 1.10 has no bound on what a server can make it keep, and forgets some of its memory when a
// connection ends in the middle of an exchange: the heap has a limit, and what is left at the end is freed with it.

struct plush_ssh2_block {
    struct plush_ssh2_block *next;
    struct plush_ssh2_block *previous;
    size_t bytes;
    size_t padding;  // keeps what follows aligned to 16 bytes
};

struct plush_ssh2_heap {
    struct plush_ssh2_block *first;
    size_t bytes;
    size_t bytes_max;
    void *owner;  // whom the callbacks concern
};

static inline void plush_ssh2_link(struct plush_ssh2_heap *heap, struct plush_ssh2_block *block) {
    block->previous = NULL;
    block->next = heap->first;
    if (heap->first) {
        heap->first->previous = block;
    }
    heap->first = block;
    heap->bytes += block->bytes;
}

static inline void plush_ssh2_unlink(struct plush_ssh2_heap *heap, struct plush_ssh2_block *block) {
    if (block->previous) {
        block->previous->next = block->next;
    } else {
        heap->first = block->next;
    }
    if (block->next) {
        block->next->previous = block->previous;
    }
    heap->bytes -= block->bytes;
}

static inline void *plush_ssh2_resize(struct plush_ssh2_heap *heap, void *memory, size_t bytes) {
    struct plush_ssh2_block *block = memory ? (struct plush_ssh2_block *)memory - 1 : NULL;
    size_t old_bytes = block ? block->bytes : 0;
    if (bytes > heap->bytes_max || heap->bytes - old_bytes > heap->bytes_max - bytes) {
        return NULL;
    }
    if (block) {
        plush_ssh2_unlink(heap, block);
    }
    struct plush_ssh2_block *resized = realloc(block, sizeof *block + bytes);
    if (!resized) {
        if (block) {
            plush_ssh2_link(heap, block);
        }
        return NULL;
    }
    resized->bytes = bytes;
    if (bytes > old_bytes) {
        // libssh2 looks for the end of a signal's name that a server can make too short to fill its memory.
        ((char *)(resized + 1))[bytes - 1] = 0;
    }
    plush_ssh2_link(heap, resized);
    return resized + 1;
}

static inline void *plush_ssh2_allocate(size_t bytes, void **heap) {
    return plush_ssh2_resize(*heap, NULL, bytes);
}

static inline void *plush_ssh2_reallocate(void *memory, size_t bytes, void **heap) {
    return plush_ssh2_resize(*heap, memory, bytes);
}

static inline void plush_ssh2_free(void *memory, void **heap) {
    if (memory) {
        struct plush_ssh2_block *block = (struct plush_ssh2_block *)memory - 1;
        plush_ssh2_unlink(*heap, block);
        free(block);
    }
}

static inline struct plush_ssh2_heap *plush_ssh2_heap_new(void *owner, size_t bytes_max) {
    struct plush_ssh2_heap *heap = calloc(1, sizeof *heap);
    if (heap) {
        heap->owner = owner;
        heap->bytes_max = bytes_max;
    }
    return heap;
}

// Frees the heap and whatever is still in it; says how many bytes that was.
static inline size_t plush_ssh2_heap_delete(struct plush_ssh2_heap *heap) {
    size_t forgotten = heap->bytes;
    while (heap->first) {
        struct plush_ssh2_block *block = heap->first;
        heap->first = block->next;
        free(block);
    }
    free(heap);
    return forgotten;
}

static inline LIBSSH2_SESSION *plush_ssh2_session_new(struct plush_ssh2_heap *heap) {
    return libssh2_session_init_ex(plush_ssh2_allocate, plush_ssh2_free, plush_ssh2_reallocate, heap);
}

typedef ssize_t (*plush_ssh2_send)(libssh2_socket_t, const void *bytes, size_t count, int flags, void **heap);
typedef ssize_t (*plush_ssh2_receive)(libssh2_socket_t, void *bytes, size_t count, int flags, void **heap);
typedef void (*plush_ssh2_disconnect)(LIBSSH2_SESSION *, int reason, const char *message, int message_bytes,
                                      const char *language, int language_bytes, void **heap);

static inline void plush_ssh2_set_callbacks(LIBSSH2_SESSION *session, plush_ssh2_send send,
                                            plush_ssh2_receive receive, plush_ssh2_disconnect disconnect) {
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)(uintptr_t)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)(uintptr_t)receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)(uintptr_t)disconnect);
}

// libssh2 asks for a socket only to make it non-blocking; this descriptor is nobody's, and non-blocking already.
static inline int plush_ssh2_descriptor(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor == 0) {
        int other = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        return other;  // 0 stays taken on purpose: it would be the next file that somebody opens
    }
    return descriptor;
}

#endif
