// CRC-32C (Castagnoli's polynomial, RFC 3720) of eight streams at once: an instruction takes three cycles, but the next one of another stream need not wait for it.
#include "HostInstructions.h"

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) void latch_checksum_blocks(uint32_t *streams, const void *blocks, size_t count) {
  const uint64_t *word = blocks;
  uint64_t sums[8];
  for (int stream = 0; stream < 8; stream++) sums[stream] = streams[stream];
  for (; count > 0; count--, word += 8) {
#pragma clang loop unroll(full)
    for (int stream = 0; stream < 8; stream++) {
      uint64_t next;
      __builtin_memcpy(&next, word + stream, sizeof next);
      sums[stream] = _mm_crc32_u64(sums[stream], next);
    }
  }
  for (int stream = 0; stream < 8; stream++) streams[stream] = (uint32_t)sums[stream];
}

#elif defined(__aarch64__) && (defined(__linux__) || defined(__APPLE__))

#include <arm_acle.h>

__attribute__((target("crc"))) void latch_checksum_blocks(uint32_t *streams, const void *blocks, size_t count) {
  const uint64_t *word = blocks;
  for (; count > 0; count--, word += 8) {
#pragma clang loop unroll(full)
    for (int stream = 0; stream < 8; stream++) {
      uint64_t next;
      __builtin_memcpy(&next, word + stream, sizeof next);
      streams[stream] = __crc32cd(streams[stream], next);
    }
  }
}

#else

void latch_checksum_blocks(uint32_t *streams, const void *blocks, size_t count) { (void)streams, (void)blocks, (void)count; }

#endif
