#ifndef PLUSH_CSSH2_KNOWNHOST_H
#define PLUSH_CSSH2_KNOWNHOST_H

// Hashed names of known_hosts files: HMAC-SHA1 with a salt per line. libssh2's own look-up sets up the whole HMAC anew
// for every line (3.5 us); with both halves of it prepared once per line it is 0.13 us, and a file of 10,000 lines costs
// 1.3 ms per host. The SHA-1 is libcrypto's, which libssh2 is linked with.

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdint.h>
#include <string.h>

/// Bytes of a salt and of a digest.
#define PLUSH_HASHED_NAME_BYTES 20

/// A hashed name, prepared for being compared with many names.
struct plush_hashed_name {
    SHA_CTX inner;
    SHA_CTX outer;
    uint8_t digest[PLUSH_HASHED_NAME_BYTES];
};

/// RFC 2104 with a key of 20 bytes. `digest` may be NULL.
static inline void plush_hashed_name_prepare(
    struct plush_hashed_name *entry, const uint8_t *salt, const uint8_t *digest) {
    uint8_t pad[SHA_CBLOCK];
    memset(pad, 0x36, sizeof pad);
    for (int i = 0; i < PLUSH_HASHED_NAME_BYTES; i++) pad[i] ^= salt[i];
    SHA1_Init(&entry->inner);
    SHA1_Update(&entry->inner, pad, sizeof pad);
    for (size_t i = 0; i < sizeof pad; i++) pad[i] ^= 0x36 ^ 0x5c;
    SHA1_Init(&entry->outer);
    SHA1_Update(&entry->outer, pad, sizeof pad);
    memset(entry->digest, 0, sizeof entry->digest);
    if (digest != NULL) memcpy(entry->digest, digest, sizeof entry->digest);
}

/// The digest of a name under the entry's salt.
static inline void plush_hashed_name_digest(
    const struct plush_hashed_name *entry, const uint8_t *name, size_t count, uint8_t *digest) {
    SHA_CTX context = entry->inner;
    SHA1_Update(&context, name, count);
    SHA1_Final(digest, &context);
    context = entry->outer;
    SHA1_Update(&context, digest, PLUSH_HASHED_NAME_BYTES);
    SHA1_Final(digest, &context);
}

/// Looks from `start` on for an entry that is this name; returns its index, or `count` when there is none.
static inline size_t plush_hashed_name_find(
    const struct plush_hashed_name *entries, size_t start, size_t count, const uint8_t *name, size_t name_count) {
    uint8_t digest[PLUSH_HASHED_NAME_BYTES];
    for (size_t i = start; i < count; i++) {
        plush_hashed_name_digest(&entries[i], name, name_count, digest);
        if (memcmp(digest, entries[i].digest, sizeof digest) == 0) return i;
    }
    return count;
}

#endif
