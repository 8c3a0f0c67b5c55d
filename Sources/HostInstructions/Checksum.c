// CRC-32C (Castagnoli's polynomial, RFC 3720) of eight streams at once: an instruction takes three cycles, but the next one of another stream need not wait for it.
#include "HostInstructions.h"

#if defined(__x86_64__)

#include <nmmintrin.h>

#define CHECKSUM __attribute__((target("sse4.2")))

CHECKSUM static inline uint32_t advance(uint32_t sum, uint64_t word) { return (uint32_t)_mm_crc32_u64(sum, word); }

#elif defined(__aarch64__) && (defined(__linux__) || defined(__APPLE__))

#include <arm_acle.h>

#define CHECKSUM __attribute__((target("crc")))

CHECKSUM static inline uint32_t advance(uint32_t sum, uint64_t word) { return __crc32cd(sum, word); }

#else

#define CHECKSUM

/// Nobody calls it.
static inline uint32_t advance(uint32_t sum, uint64_t word) { return sum ^ (uint32_t)word; }

#endif

CHECKSUM void latch_checksum_blocks(uint32_t *streams, const void *blocks, size_t count) {
  uint32_t sums[8];
  __builtin_memcpy(sums, streams, sizeof sums);
  for (const char *next = blocks; count > 0; count--, next += 64) {
#pragma clang loop unroll(full)
    for (int stream = 0; stream < 8; stream++) {
      uint64_t word;
      __builtin_memcpy(&word, next + 8 * stream, sizeof word);
      sums[stream] = advance(sums[stream], word);
    }
  }
  __builtin_memcpy(streams, sums, sizeof sums);
}
