// Sums over bytes and words: Adler's checksum, bits that are set, and differences of blocks of an image.
#include "vectors.h"
enum { size = 8192, width = 256 };
static uint8_t data[size], other[size];
static __attribute__((noinline)) uint32_t adler(const uint8_t *from, int count) {
  const i16x8 first = {16, 15, 14, 13, 12, 11, 10, 9}, second = {8, 7, 6, 5, 4, 3, 2, 1};
  const u8x16 zero = {0};
  uint32_t a = 1, b = 0;
  for (int i = 0; i < count; i += 2048) {
    i32x4 sum = {0}, before = {0}, weighted = {0};
    for (int k = 0; k < 2048; k += 16) {
      u8x16 bytes = LOAD(u8x16, from + i + k);
      i16x8 low = (i16x8)SHUFFLE(bytes, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      i16x8 high = (i16x8)SHUFFLE(bytes, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      before += sum;
      weighted += dot(low, first) + dot(high, second);
      sum += dot(low + high, splat_i16(1));
    }
    b = (b + a * 2048 + (uint32_t)sum_i32(before) * 16 + (uint32_t)sum_i32(weighted)) % 65521;
    a = (a + (uint32_t)sum_i32(sum)) % 65521;
  }
  return b << 16 | a;
}
static __attribute__((noinline)) int ones(const uint8_t *a, const uint8_t *b, int count) {
  const u8x16 table = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
  int total = 0;
  for (int i = 0; i < count; i += 256) {
    u8x16 sum = {0};
    for (int k = 0; k < 256; k += 16) {
      u8x16 both = LOAD(u8x16, a + i + k) & LOAD(u8x16, b + i + k);
      sum += pick(table, both & 15) + pick(table, both >> 4);
    }
    total += sum_u8(sum);
  }
  return total;
}
static __attribute__((noinline)) int difference(const uint8_t *a, const uint8_t *b) {
  i32x4 total = {0};
  for (int row = 0; row < 16; row++) {
    u8x16 x = LOAD(u8x16, a + row * width), y = LOAD(u8x16, b + row * width), d = max_u8(x, y) - min_u8(x, y);
    i16x8 even = (i16x8)d & 255, odd = (i16x8)((u16x8)d >> 8);
    total += dot(even + odd, splat_i16(1));
  }
  return sum_i32(total);
}
int run(int rounds) {
  uint32_t state = 37;
  int sum = 0;
  for (int i = 0; i < size; i++) { data[i] = (uint8_t)(next(&state) >> 24); other[i] = (uint8_t)(next(&state) >> 24); }
  for (int round = 0; round < rounds * 20; round++) {
    data[round % size]++;
    sum ^= (int)adler(data, size);
    sum += ones(data, other, size);
    int best = 1 << 30;
    for (int x = 0; x < 64; x++) {
      int found = difference(data + x, other + 2 * x);
      best = found < best ? found : best;
    }
    sum += best;
  }
  return sum;
}
