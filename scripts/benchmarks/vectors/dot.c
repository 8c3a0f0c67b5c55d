// Dot products and lengths: four sums of four lanes at a time, of floats, and of doubles.
#include "vectors.h"
enum { n = 4096 };
static float a[n], b[n];
static double c[n], d[n];
static __attribute__((noinline)) float dot_floats(const float *p, const float *q, int count) {
  f32x4 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 += LOAD(f32x4, p + i) * LOAD(f32x4, q + i);
    s1 += LOAD(f32x4, p + i + 4) * LOAD(f32x4, q + i + 4);
    s2 += LOAD(f32x4, p + i + 8) * LOAD(f32x4, q + i + 8);
    s3 += LOAD(f32x4, p + i + 12) * LOAD(f32x4, q + i + 12);
  }
  float sum = sum_f32((s0 + s1) + (s2 + s3));
  for (; i < count; i++) sum += p[i] * q[i];
  return sum;
}
static __attribute__((noinline)) double dot_doubles(const double *p, const double *q, int count) {
  f64x2 s0 = {0}, s1 = {0};
  for (int i = 0; i + 4 <= count; i += 4) {
    s0 += LOAD(f64x2, p + i) * LOAD(f64x2, q + i);
    s1 += LOAD(f64x2, p + i + 2) * LOAD(f64x2, q + i + 2);
  }
  s0 += s1;
  return s0[0] + s0[1];
}
static __attribute__((noinline)) float distance(const float *p, const float *q, int count) {
  f32x4 sum = {0};
  for (int i = 0; i < count; i += 4) {
    f32x4 difference = LOAD(f32x4, p + i) - LOAD(f32x4, q + i);
    sum += difference * difference;
  }
  return sum_f32(sum);
}
int run(int rounds) {
  uint32_t state = 7;
  for (int i = 0; i < n; i++) {
    a[i] = (float)(next(&state) >> 22) - 512; b[i] = (float)(next(&state) >> 22) - 512;
    c[i] = a[i] * 0.5; d[i] = b[i] + 0.25;
  }
  int sum = 0;
  for (int round = 0; round < rounds * 20; round++) {
    a[round & 4095] += 1;
    sum += bits(dot_floats(a, b, n - (round & 7)));
    sum += (int)dot_doubles(c, d, n - (round & 3));
    sum += bits(distance(a, b, n));
  }
  return sum;
}
