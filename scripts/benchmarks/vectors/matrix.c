// Multiplication of matrices of floats in blocks of 4 by 8 that stay in registers, and of matrices of 4 by 4 with vectors.
#include "vectors.h"
enum { n = 64, points = 512 };
static float a[n][n], b[n][n], c[n][n];
static float in[points][4], out[points][4];
static __attribute__((noinline)) void multiply(void) {
  for (int i = 0; i < n; i += 4)
    for (int j = 0; j < n; j += 8) {
      f32x4 s[4][2] = {0};
      for (int k = 0; k < n; k++) {
        f32x4 left = LOAD(f32x4, &b[k][j]), right = LOAD(f32x4, &b[k][j + 4]);
        for (int r = 0; r < 4; r++) {
          f32x4 factor = splat_f32(a[i + r][k]);
          s[r][0] += factor * left;
          s[r][1] += factor * right;
        }
      }
      for (int r = 0; r < 4; r++) {
        STORE(f32x4, &c[i + r][j], s[r][0]);
        STORE(f32x4, &c[i + r][j + 4], s[r][1]);
      }
    }
}
static __attribute__((noinline)) void transform(const float *matrix) {
  f32x4 m0 = LOAD(f32x4, matrix), m1 = LOAD(f32x4, matrix + 4), m2 = LOAD(f32x4, matrix + 8), m3 = LOAD(f32x4, matrix + 12);
  for (int i = 0; i < points; i++) {
    f32x4 p = LOAD(f32x4, in[i]);
    f32x4 sum = m0 * SHUFFLE(p, p, 0, 0, 0, 0) + m1 * SHUFFLE(p, p, 1, 1, 1, 1);
    sum += m2 * SHUFFLE(p, p, 2, 2, 2, 2) + m3 * SHUFFLE(p, p, 3, 3, 3, 3);
    STORE(f32x4, out[i], sum);
  }
}
int run(int rounds) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) { a[i][j] = (float)(i * 3 + j) * 0.125f; b[i][j] = (float)(i - j) * 0.25f; }
  for (int i = 0; i < points; i++)
    for (int j = 0; j < 4; j++) in[i][j] = (float)(i * j) * 0.5f;
  int sum = 0;
  for (int round = 0; round < rounds; round++) {
    a[round & 63][3] += 0.5f;
    multiply();
    for (int k = 0; k < 8; k++) transform(a[k]);
    sum += bits(c[round & 63][5]) ^ bits(out[round & 511][1]);
  }
  return sum;
}
