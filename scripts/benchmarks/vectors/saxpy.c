// a x + y, of floats and doubles, in loops that the compiler makes vectors of; and sums of scaled rows.
#include "vectors.h"
enum { n = 4096 };
static float x[n], y[n], z[n];
static double u[n], v[n];
static __attribute__((noinline)) void saxpy(float a, const float *restrict from, float *restrict to, int count) {
  for (int i = 0; i < count; i++) to[i] += a * from[i];
}
static __attribute__((noinline)) void daxpy(double a, const double *restrict from, double *restrict to, int count) {
  for (int i = 0; i < count; i++) to[i] = a * from[i] + to[i];
}
static __attribute__((noinline)) void combine(float a, float b, const float *restrict p, const float *restrict q, float *restrict to) {
  for (int i = 0; i < n; i++) to[i] = a * p[i] + b * q[i] - to[i];
}
int run(int rounds) {
  uint32_t state = 1;
  for (int i = 0; i < n; i++) {
    x[i] = (float)(next(&state) >> 20);
    u[i] = (double)(next(&state) >> 20);
    y[i] = z[i] = 0;
    v[i] = 0;
  }
  for (int round = 0; round < rounds * 20; round++) {
    saxpy(0.25f, x, y, n - (round & 3));
    daxpy(0.125, u, v, n - (round & 1));
    combine(0.5f, 0.0625f, x, y, z);
  }
  return bits(y[17] + z[n - 1]) ^ (int)v[n / 2];
}
