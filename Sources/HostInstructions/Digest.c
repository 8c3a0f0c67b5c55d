// SHA-256: sixteen steps of four rounds each. The message schedule is four vectors of four words: word t, t - 1, ... of the standard's W in four lanes.
#include "HostInstructions.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// The words a to h. The instructions want a, b, e, f in one register and c, d, g, h in the other, the first ones highest.
struct words {
  __m128i abef, cdgh;
};

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

SHA static inline struct words load(const uint32_t *state) {
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
  return (struct words){_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0)};
}

SHA static inline void store(struct words words, uint32_t *state) {
  __m128i feba = _mm_shuffle_epi32(words.abef, 0x1B);
  __m128i dchg = _mm_shuffle_epi32(words.cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHA static inline struct words add(struct words left, struct words right) {
  return (struct words){_mm_add_epi32(left.abef, right.abef), _mm_add_epi32(left.cdgh, right.cdgh)};
}

/// Four rounds. `w`: the schedule's last four vectors, of which the oldest is replaced.
SHA static inline void advance(struct words *words, __m128i *w, int step, const __m128i *block, const uint32_t *constants) {
  __m128i *next = &w[step & 3];
  if (step < 4) {
    const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    *next = _mm_shuffle_epi8(_mm_loadu_si128(block + step), big_endian);
  } else {
    __m128i last = w[(step + 3) & 3];
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*next, w[(step + 1) & 3]), _mm_alignr_epi8(last, w[(step + 2) & 3], 4));
    *next = _mm_sha256msg2_epu32(sum, last);
  }
  __m128i terms = _mm_add_epi32(*next, _mm_loadu_si128((const __m128i *)(constants + 4 * step)));
  words->cdgh = _mm_sha256rnds2_epu32(words->cdgh, words->abef, terms);
  words->abef = _mm_sha256rnds2_epu32(words->abef, words->cdgh, _mm_shuffle_epi32(terms, 0x0E));
}

SHA void latch_digest_blocks(uint32_t *state, const void *blocks, size_t count, const uint32_t *constants) {
  struct words words = load(state);
  for (const __m128i *block = blocks; count > 0; count--, block += 4) {
    struct words before = words;
    __m128i w[4];
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) advance(&words, w, step, block, constants);
    words = add(words, before);
  }
  store(words, state);
}

SHA void latch_digest_two(
    uint32_t *state, const void *blocks, uint32_t *other_state, const void *other_blocks, size_t count, const uint32_t *constants) {
  struct words words = load(state), other = load(other_state);
  const __m128i *other_block = other_blocks;
  for (const __m128i *block = blocks; count > 0; count--, block += 4, other_block += 4) {
    struct words before = words, other_before = other;
    __m128i w[4], other_w[4];
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
      advance(&words, w, step, block, constants);
      advance(&other, other_w, step, other_block, constants);
    }
    words = add(words, before);
    other = add(other, other_before);
  }
  store(words, state);
  store(other, other_state);
}

#elif defined(__aarch64__) && (defined(__linux__) || defined(__APPLE__))

#include <arm_neon.h>

__attribute__((target("sha2"))) void latch_digest_blocks(uint32_t *state, const void *blocks, size_t count, const uint32_t *constants) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  const uint8_t *next = blocks;
  for (; count > 0; count--, next += 64) {
    uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
      uint32x4_t *words = &w[step & 3];
      if (step < 4) {
        *words = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(next + 16 * step)));
      } else {
        *words = vsha256su1q_u32(vsha256su0q_u32(*words, w[(step + 1) & 3]), w[(step + 2) & 3], w[(step + 3) & 3]);
      }
      uint32x4_t terms = vaddq_u32(*words, vld1q_u32(constants + 4 * step));
      uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, terms);
      efgh = vsha256h2q_u32(efgh, abcd_now, terms);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

void latch_digest_two(
    uint32_t *state, const void *blocks, uint32_t *other_state, const void *other_blocks, size_t count, const uint32_t *constants) {
  latch_digest_blocks(state, blocks, count, constants);
  latch_digest_blocks(other_state, other_blocks, count, constants);
}

#else

void latch_digest_blocks(uint32_t *state, const void *blocks, size_t count, const uint32_t *constants) {
  (void)state, (void)blocks, (void)count, (void)constants;
}

void latch_digest_two(
    uint32_t *state, const void *blocks, uint32_t *other_state, const void *other_blocks, size_t count, const uint32_t *constants) {
  (void)state, (void)blocks, (void)other_state, (void)other_blocks, (void)count, (void)constants;
}

#endif
