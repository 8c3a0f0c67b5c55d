// Sound: samples of 16 bits to floats and back, gain, a mix that saturates, an envelope, and a filter for two channels.
#include "vectors.h"
enum { n = 4096 };
static int16_t left[n], right[n], mixed[n];
static float samples[n], wave[n];
static __attribute__((noinline)) void to_floats(void) {
  for (int i = 0; i < n; i++) samples[i] = (float)left[i] * (1.0f / 32768);
}
static __attribute__((noinline)) void to_integers(void) {
  for (int i = 0; i < n; i += 8) {
    f32x4 a = LOAD(f32x4, samples + i) * splat_f32(32768), b = LOAD(f32x4, samples + i + 4) * splat_f32(32768);
    STORE(i16x8, mixed + i, add_saturating(narrow_i16(nearest(a), nearest(b)), LOAD(i16x8, right + i)));
  }
}
static __attribute__((noinline)) void shape(float gain) {
  for (int i = 0; i < n; i++) {
    float x = samples[i] * gain;
    x = x > 1 ? 1 : x;
    x = x < -1 ? -1 : x;
    wave[i] = x * (1.5f - 0.5f * x * x);
  }
}
static __attribute__((noinline)) float loudest(void) {
  f32x4 most = {0};
  for (int i = 0; i < n; i += 4) {
    f32x4 x = LOAD(f32x4, wave + i), size = (f32x4)((i32x4)x & 0x7FFFFFFF);
    i32x4 isMore = (i32x4)(size > most);
    most = (f32x4)(((i32x4)size & isMore) | ((i32x4)most & ~isMore));
  }
  float a = most[0] > most[1] ? most[0] : most[1], b = most[2] > most[3] ? most[2] : most[3];
  return a > b ? a : b;
}
static __attribute__((noinline)) double filter(void) {
  f64x2 y1 = {0}, y2 = {0}, x1 = {0}, x2 = {0}, sum = {0};
  for (int i = 0; i < n; i++) {
    f64x2 x = {left[i], right[i]};
    f64x2 y = splat_f64(0.067) * x + splat_f64(0.135) * x1 + splat_f64(0.067) * x2 + splat_f64(1.14) * y1 - splat_f64(0.41) * y2;
    x2 = x1; x1 = x; y2 = y1; y1 = y;
    sum += y;
  }
  return sum[0] - sum[1];
}
int run(int rounds) {
  uint32_t state = 41;
  int sum = 0;
  for (int i = 0; i < n; i++) { left[i] = (int16_t)(next(&state) >> 16); right[i] = (int16_t)(next(&state) >> 17); }
  for (int round = 0; round < rounds * 10; round++) {
    left[round % n] ^= 5;
    to_floats();
    to_integers();
    shape(1.25f);
    sum += mixed[round % n] + bits(loudest()) + (int)filter();
  }
  return sum;
}
