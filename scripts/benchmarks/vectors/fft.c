// Fast Fourier transforms of complex floats, interleaved: two butterflies in a vector, with shuffles for the products.
#include "vectors.h"
enum { n = 1024 };
static float data[2 * n], factors[2 * n];
inline f32x4 product(f32x4 a, f32x4 w) {
  const f32x4 signs = {-1, 1, -1, 1};
  f32x4 re = SHUFFLE(w, w, 0, 0, 2, 2), im = SHUFFLE(w, w, 1, 1, 3, 3);
  return a * re + SHUFFLE(a, a, 1, 0, 3, 2) * im * signs;
}
static __attribute__((noinline)) void reorder(void) {
  for (int i = 0, j = 0; i < n; i++) {
    if (i < j) {
      uint64_t x, y;
      __builtin_memcpy(&x, data + 2 * i, 8); __builtin_memcpy(&y, data + 2 * j, 8);
      __builtin_memcpy(data + 2 * i, &y, 8); __builtin_memcpy(data + 2 * j, &x, 8);
    }
    int bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
  }
}
static __attribute__((noinline)) void transform(void) {
  reorder();
  for (int i = 0; i < 2 * n; i += 4) {
    f32x4 x = LOAD(f32x4, data + i);
    const f32x4 signs = {1, 1, -1, -1};
    STORE(f32x4, data + i, SHUFFLE(x, x, 0, 1, 0, 1) + SHUFFLE(x, x, 2, 3, 2, 3) * signs);
  }
  for (int size = 4; size <= n; size *= 2)
    for (int start = 0; start < n; start += size)
      for (int k = 0; k < size / 2; k += 2) {
        float *p = data + 2 * (start + k), *q = p + size;
        f32x4 w = LOAD(f32x4, factors + size + 2 * k), x = LOAD(f32x4, p), y = product(LOAD(f32x4, q), w);
        STORE(f32x4, p, x + y);
        STORE(f32x4, q, x - y);
      }
}
int run(int rounds) {
  // For each size its roots of unity, by repeated multiplication of doubles: the largest size has the smallest angle.
  double c = 0.99998117528260110, s = 0.0061358846491544753;
  for (int size = n; size >= 2; size /= 2) {
    double x = 1, y = 0;
    for (int k = 0; k < size / 2; k++) {
      factors[size + 2 * k] = (float)x;
      factors[size + 2 * k + 1] = (float)-y;
      double t = x * c - y * s;
      y = x * s + y * c;
      x = t;
    }
    s = 2 * s * c;
    c = 2 * c * c - 1;
  }
  uint32_t state = 23;
  int sum = 0;
  for (int round = 0; round < rounds * 4; round++) {
    for (int i = 0; i < 2 * n; i++) data[i] = (float)(int)(next(&state) >> 24) * 0.0078125f;
    transform();
    sum += bits(data[round % n]) ^ bits(data[n + 7]);
  }
  return sum;
}
