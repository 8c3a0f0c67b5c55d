// Images of 32-bit pixels: one over the other by its alpha, grey from colours, and brightness; partly in loops that the compiler makes vectors of.
#include "vectors.h"
enum { n = 8192 };
static uint8_t front[4 * n], rear[4 * n], result[4 * n], gray[n];
inline i16x8 mix(i16x8 f, i16x8 r) {
  i16x8 alpha = SHUFFLE(f, f, 3, 3, 3, 3, 7, 7, 7, 7), product = f * alpha + r * (splat_i16(255) - alpha) + splat_i16(128);
  return (i16x8)(((u16x8)product + ((u16x8)product >> 8)) >> 8);
}
static __attribute__((noinline)) void over(void) {
  u8x16 zero = {0};
  for (int i = 0; i < 4 * n; i += 16) {
    u8x16 f = LOAD(u8x16, front + i), r = LOAD(u8x16, rear + i);
    i16x8 low = mix((i16x8)SHUFFLE(f, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
                    (i16x8)SHUFFLE(r, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    i16x8 high = mix((i16x8)SHUFFLE(f, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
                     (i16x8)SHUFFLE(r, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
    STORE(u8x16, result + i, narrow_u8(low, high));
  }
}
static __attribute__((noinline)) void grey(void) {
  for (int i = 0; i < n; i++) gray[i] = (uint8_t)((77 * result[4 * i] + 150 * result[4 * i + 1] + 29 * result[4 * i + 2]) >> 8);
}
static __attribute__((noinline)) void fade(int amount) {
  for (int i = 0; i < 4 * n; i++) rear[i] = (uint8_t)(rear[i] * amount >> 8);
}
static __attribute__((noinline)) void average_rows(void) {
  for (int i = 0; i < n; i += 16) STORE(u8x16, gray + i, average(LOAD(u8x16, gray + i), LOAD(u8x16, result + i)));
}
int run(int rounds) {
  uint32_t state = 17;
  int sum = 0;
  for (int i = 0; i < 4 * n; i++) { front[i] = (uint8_t)(next(&state) >> 24); rear[i] = (uint8_t)(next(&state) >> 24); }
  for (int round = 0; round < rounds * 5; round++) {
    over();
    grey();
    fade(255);
    average_rows();
    front[round % n] += 3;
    sum += result[round % (4 * n)] + gray[round % n];
  }
  return sum;
}
