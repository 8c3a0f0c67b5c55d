// Multiplication of matrices of 8-bit integers with sums of 32 bits, scaled back to 8 bits: a layer of a quantized network.
#include "vectors.h"
enum { rows = 32, columns = 32, depth = 128 };
static int8_t a[rows][depth], b[columns][depth], c[rows][columns];
inline i16x8 widen(const int8_t *from) {
  int8_t __attribute__((vector_size(8))) half;
  __builtin_memcpy(&half, from, 8);
  return __builtin_convertvector(half, i16x8);
}
static __attribute__((noinline)) void multiply(float scale) {
  for (int i = 0; i < rows; i += 2)
    for (int j = 0; j < columns; j += 4) {
      i32x4 s[2][4] = {0};
      for (int k = 0; k < depth; k += 8) {
        i16x8 x = widen(&a[i][k]), y = widen(&a[i + 1][k]);
        for (int r = 0; r < 4; r++) {
          i16x8 z = widen(&b[j + r][k]);
          s[0][r] += dot(x, z);
          s[1][r] += dot(y, z);
        }
      }
      for (int r = 0; r < 2; r++) {
        // Four sums of four lanes each become the lanes of one.
        i32x4 p = SHUFFLE(s[r][0], s[r][1], 0, 4, 1, 5) + SHUFFLE(s[r][0], s[r][1], 2, 6, 3, 7);
        i32x4 q = SHUFFLE(s[r][2], s[r][3], 0, 4, 1, 5) + SHUFFLE(s[r][2], s[r][3], 2, 6, 3, 7);
        i32x4 sums = SHUFFLE(p, q, 0, 1, 4, 5) + SHUFFLE(p, q, 2, 3, 6, 7);
        i32x4 scaled = nearest(__builtin_convertvector(sums, f32x4) * splat_f32(scale));
        scaled = min_i32(max_i32(scaled, splat_i32(-127)), splat_i32(127));
        for (int x = 0; x < 4; x++) c[i + r][j + x] = (int8_t)scaled[x];
      }
    }
}
int run(int rounds) {
  uint32_t state = 19;
  int sum = 0;
  for (int i = 0; i < rows; i++)
    for (int k = 0; k < depth; k++) { a[i][k] = (int8_t)(next(&state) >> 24); b[i][k] = (int8_t)(next(&state) >> 24); }
  for (int round = 0; round < rounds * 4; round++) {
    a[round % rows][round % depth]++;
    multiply(0.001f);
    sum += c[round % rows][round % columns];
  }
  return sum;
}
