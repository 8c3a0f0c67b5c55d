// The Mandelbrot set, four points of floats and two of doubles at a time, until all have left.
#include "vectors.h"
enum { width = 64, height = 32, most = 100 };
static __attribute__((noinline)) i32x4 floats(f32x4 cx, f32x4 cy) {
  f32x4 x = {0}, y = {0};
  i32x4 count = {0};
  for (int i = 0; i < most; i++) {
    f32x4 xx = x * x, yy = y * y;
    i32x4 inside = (i32x4)(xx + yy <= splat_f32(4));
    if (!mask_i32(inside)) break;
    count -= inside;
    y = (x + x) * y + cy;
    x = xx - yy + cx;
  }
  return count;
}
static __attribute__((noinline)) int doubles(f64x2 cx, f64x2 cy) {
  f64x2 x = {0}, y = {0};
  u64x2 count = {0};
  for (int i = 0; i < most; i++) {
    f64x2 xx = x * x, yy = y * y;
    u64x2 inside = (u64x2)(xx + yy <= splat_f64(4));
    if (!any((u8x16)inside)) break;
    count -= inside;
    y = (x + x) * y + cy;
    x = xx - yy + cx;
  }
  return (int)(count[0] + count[1]);
}
int run(int rounds) {
  int sum = 0;
  for (int round = 0; round < rounds; round++)
    for (int row = 0; row < height; row++)
      for (int column = 0; column < width; column += 4) {
        float x = (float)column * (3.0f / width) - 2.25f, y = (float)(row + (round & 1)) * (2.0f / height) - 1, step = 3.0f / width;
        sum += sum_i32(floats((f32x4){x, x + step, x + 2 * step, x + 3 * step}, splat_f32(y)));
        sum += doubles((f64x2){x, x + step}, splat_f64(y));
      }
  return sum;
}
