// `seal [ROUNDS]`: ChaCha20-Poly1305-IETF of libsodium, and lz4 where it pays, for frames of 64 B, 1 KiB and 16 KiB;
// prints `size ns_seal ns_open` per line, the fastest of ROUNDS (default 5). First the plain records (`64 ...`), then
// the same with a body that lz4 halves or better (`64+lz4` would not pay and is not measured).
#include "floor.h"

#include <lz4.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MAX = 16384, HEADER = 2, TAG = crypto_aead_chacha20poly1305_ietf_ABYTES, BATCH = 64 };

// As much work per measurement at every size, so that a tick of the clock does not matter.
enum { BYTES_PER_ROUND = 64 << 20, FRAMES_MAX = 1 << 18 };

static unsigned char plain[FRAME_MAX];
static unsigned char opened[FRAME_MAX];
static unsigned char packed[FRAME_MAX];
static unsigned char records[BATCH][HEADER + FRAME_MAX + TAG];
static unsigned char key[crypto_aead_chacha20poly1305_ietf_KEYBYTES];

static void make_nonce(unsigned char *nonce, uint64_t counter) {
    memset(nonce, 0, 4);
    for (int i = 0; i < 8; i++) nonce[4 + i] = (unsigned char)(counter >> (8 * i));
}

static size_t seal(unsigned char *record, const unsigned char *body, size_t size, uint64_t counter) {
    unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    unsigned long long length = 0;
    make_nonce(nonce, counter);
    crypto_aead_chacha20poly1305_ietf_encrypt(record + HEADER, &length, body, size, NULL, 0, NULL, nonce, key);
    record[0] = (unsigned char)(length >> 8);
    record[1] = (unsigned char)length;
    return HEADER + (size_t)length;
}

static size_t open_record(unsigned char *body, const unsigned char *record, uint64_t counter) {
    unsigned char nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    unsigned long long length = 0;
    size_t ciphertext = (size_t)record[0] << 8 | record[1];
    make_nonce(nonce, counter);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            body, &length, NULL, record + HEADER, ciphertext, NULL, 0, nonce, key) != 0) {
        fprintf(stderr, "seal: a record does not open\n");
        exit(1);
    }
    return (size_t)length;
}

static void round_trip(size_t size, int compressed, uint64_t *ns_seal, uint64_t *ns_open) {
    long frames = BYTES_PER_ROUND / (long)size;
    if (frames > FRAMES_MAX) frames = FRAMES_MAX;
    uint64_t sealing = 0, opening = 0, counter = 0;
    int room = (int)(size - size / 8);
    for (long done = 0; done < frames; done += BATCH) {
        uint64_t start = floor_wall_ns();
        for (int i = 0; i < BATCH; i++) {
            const unsigned char *body = plain;
            size_t length = size;
            if (compressed) {
                int shrunk = LZ4_compress_default((const char *)plain, (char *)packed, (int)size, room);
                if (shrunk > 0) {
                    body = packed;
                    length = (size_t)shrunk;
                }
            }
            seal(records[i], body, length, counter + (uint64_t)i);
        }
        uint64_t middle = floor_wall_ns();
        for (int i = 0; i < BATCH; i++) {
            size_t length = open_record(opened, records[i], counter + (uint64_t)i);
            if (compressed && length != size
                && LZ4_decompress_safe((const char *)opened, (char *)packed, (int)length, (int)size) != (int)size) {
                fprintf(stderr, "seal: a body does not decompress\n");
                exit(1);
            }
        }
        opening += floor_wall_ns() - middle;
        sealing += middle - start;
        counter += BATCH;
    }
    *ns_seal = sealing / (counter ? counter : 1);
    *ns_open = opening / (counter ? counter : 1);
}

static void measure(size_t size, int compressed, int rounds) {
    uint64_t best_seal = UINT64_MAX, best_open = UINT64_MAX;
    for (int i = 0; i < rounds; i++) {
        uint64_t ns_seal = 0, ns_open = 0;
        round_trip(size, compressed, &ns_seal, &ns_open);
        if (ns_seal < best_seal) best_seal = ns_seal;
        if (ns_open < best_open) best_open = ns_open;
    }
    printf("%zu%s %llu %llu\n", size, compressed ? "+lz4" : "", (unsigned long long)best_seal,
        (unsigned long long)best_open);
}

int seal_floor(int argc, char **argv) {
    int rounds = argc > 0 ? atoi(argv[0]) : 5;
    if (rounds < 1 || sodium_init() < 0) {
        fprintf(stderr, "seal: ROUNDS is a positive number, and libsodium has to start\n");
        return 2;
    }
    // Lines of a log: what frames carry in practice, and what lz4 shrinks to a fraction.
    for (size_t i = 0; i < FRAME_MAX; i++) plain[i] = (unsigned char)"host-0042: step finished with 0\n"[i % 32];
    for (size_t i = 0; i < FRAME_MAX; i += 97) plain[i] = (unsigned char)(i * 31);
    for (size_t i = 0; i < sizeof key; i++) key[i] = (unsigned char)i;
    const size_t sizes[] = {64, 1024, FRAME_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) measure(sizes[i], 0, rounds);
    for (size_t i = 1; i < sizeof sizes / sizeof *sizes; i++) measure(sizes[i], 1, rounds);
    return 0;
}
