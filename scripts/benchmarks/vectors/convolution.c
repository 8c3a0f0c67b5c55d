// Filters of images: 3 by 3 over floats, in a loop that the compiler makes vectors of, and a separable one over 16-bit integers.
#include "vectors.h"
enum { width = 128, height = 96 };
static float image[height][width], result[height][width];
static int16_t pixels[height][width], rows[height][width], smooth[height][width];
static __attribute__((noinline)) void filter(const float *restrict k) {
  for (int y = 1; y < height - 1; y++)
    for (int x = 1; x < width - 1; x++) {
      const float *p = &image[y][x];
      result[y][x] = k[0] * p[-width - 1] + k[1] * p[-width] + k[2] * p[-width + 1] + k[3] * p[-1] + k[4] * p[0] + k[5] * p[1] +
                     k[6] * p[width - 1] + k[7] * p[width] + k[8] * p[width + 1];
    }
}
static __attribute__((noinline)) void blur(void) {
  i16x8 six = splat_i16(6);
  for (int y = 0; y < height; y++)
    for (int x = 2; x + 10 <= width; x += 8) {
      const int16_t *p = &pixels[y][x];
      i16x8 sum = LOAD(i16x8, p - 2) + LOAD(i16x8, p + 2) + ((LOAD(i16x8, p - 1) + LOAD(i16x8, p + 1)) << 2) + LOAD(i16x8, p) * six;
      STORE(i16x8, &rows[y][x], sum);
    }
  for (int y = 2; y < height - 2; y++)
    for (int x = 0; x < width; x += 8) {
      const int16_t *p = &rows[y][x];
      i16x8 sum = LOAD(i16x8, p - 2 * width) + LOAD(i16x8, p + 2 * width) + ((LOAD(i16x8, p - width) + LOAD(i16x8, p + width)) << 2) +
                  LOAD(i16x8, p) * six;
      STORE(i16x8, &smooth[y][x], sum >> 8);
    }
}
int run(int rounds) {
  uint32_t state = 3;
  float kernel[9];
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) { image[y][x] = (float)(next(&state) >> 24); pixels[y][x] = (int16_t)(next(&state) >> 25); }
  for (int i = 0; i < 9; i++) kernel[i] = 0.125f * (float)(i - 3);
  int sum = 0;
  for (int round = 0; round < rounds * 4; round++) {
    image[round % height][9] += 1;
    pixels[round % height][30] ^= 1;
    filter(kernel);
    blur();
    sum += bits(result[round % height][10]) + smooth[round % height][29];
  }
  return sum;
}
