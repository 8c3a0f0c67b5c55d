// Hashes: one of eight accumulators of 64 bits with products of 32-bit halves, and one of four blocks at a time with rotations.
#include "vectors.h"
enum { size = 16384 };
static uint8_t data[size];
static const uint64_t secret[8] = {0x9E3779B97F4A7C15u, 0xC2B2AE3D27D4EB4Fu, 0x165667B19E3779F9u, 0x85EBCA77C2B2AE63u,
                                   0x27D4EB2F165667C5u, 0xD6E8FEB86659FD93u, 0xA0761D6478BD642Fu, 0xE7037ED1A0B428DBu};
static __attribute__((noinline)) uint64_t accumulate(const uint8_t *from, int count) {
  u64x2 sum[4], keys[4];
  for (int k = 0; k < 4; k++) { sum[k] = (u64x2){secret[2 * k], secret[2 * k + 1]}; keys[k] = (u64x2){secret[2 * k] ^ secret[7], secret[k]}; }
  for (int i = 0; i < count; i += 64)
    for (int k = 0; k < 4; k++) {
      u64x2 words = (u64x2)LOAD(u8x16, from + i + 16 * k), mixed = words ^ keys[k];
      u64x2 product = multiply_wide((u32x4)mixed, (u32x4)(mixed >> 32));
      sum[k] += product + SHUFFLE(words, words, 1, 0);
    }
  u64x2 all = sum[0] ^ (sum[1] << 7 | sum[1] >> 57) ^ (sum[2] << 23 | sum[2] >> 41) ^ sum[3];
  all ^= all >> 29;
  return all[0] * secret[0] + all[1];
}
#define QUARTER(a, b, c, d) \
  a += b; d = rotate(d ^ a, 16); c += d; b = rotate(b ^ c, 12); a += b; d = rotate(d ^ a, 8); c += d; b = rotate(b ^ c, 7)
static __attribute__((noinline)) uint32_t permute(const uint8_t *from, int count) {
  u32x4 s0 = splat_u32(0x61707865), s1 = {1, 2, 3, 4}, s2 = {5, 6, 7, 8}, s3 = {9, 10, 11, 12};
  for (int i = 0; i < count; i += 64) {
    u32x4 a = s0 ^ (u32x4)LOAD(u8x16, from + i), b = s1 ^ (u32x4)LOAD(u8x16, from + i + 16);
    u32x4 c = s2 ^ (u32x4)LOAD(u8x16, from + i + 32), d = s3 ^ (u32x4)LOAD(u8x16, from + i + 48);
    for (int k = 0; k < 4; k++) {
      QUARTER(a, b, c, d);
      b = SHUFFLE(b, b, 1, 2, 3, 0); c = SHUFFLE(c, c, 2, 3, 0, 1); d = SHUFFLE(d, d, 3, 0, 1, 2);
      QUARTER(a, b, c, d);
      b = SHUFFLE(b, b, 3, 0, 1, 2); c = SHUFFLE(c, c, 2, 3, 0, 1); d = SHUFFLE(d, d, 1, 2, 3, 0);
    }
    s0 += a; s1 += b; s2 += c; s3 += d;
  }
  u32x4 all = s0 ^ s1 ^ s2 ^ s3;
  return all[0] ^ all[1] ^ all[2] ^ all[3];
}
int run(int rounds) {
  uint32_t state = 13, result = 0;
  for (int i = 0; i < size; i++) data[i] = (uint8_t)(next(&state) >> 24);
  for (int round = 0; round < rounds * 10; round++) {
    data[round % size]++;
    uint64_t sum = accumulate(data, size);
    result = result * 31 + (uint32_t)sum + (uint32_t)(sum >> 32) + permute(data, 2048);
  }
  return (int)result;
}
