// Searching bytes: for one of them, for the end of a string, for the first difference, for a substring; and counting.
#include "vectors.h"
enum { size = 16384 };
static uint8_t text[size + 32], other[size + 32];
static __attribute__((noinline)) int find(const uint8_t *from, int c, int count) {
  u8x16 wanted = splat_u8(c);
  for (int i = 0; i < count; i += 16) {
    unsigned mask = mask_u8((u8x16)(LOAD(u8x16, from + i) == wanted));
    if (mask) return i + __builtin_ctz(mask);
  }
  return count;
}
static __attribute__((noinline)) int length(const uint8_t *from) {
  u8x16 zero = {0};
  int i = 0;
  while (!any((u8x16)(LOAD(u8x16, from + i) == zero))) i += 16;
  return i + __builtin_ctz(mask_u8((u8x16)(LOAD(u8x16, from + i) == zero)));
}
static __attribute__((noinline)) int compare(const uint8_t *a, const uint8_t *b, int count) {
  for (int i = 0; i < count; i += 16) {
    unsigned mask = mask_u8((u8x16)(LOAD(u8x16, a + i) == LOAD(u8x16, b + i)));
    if (mask != 0xFFFF) { i += __builtin_ctz(~mask); return a[i] - b[i]; }
  }
  return 0;
}
static __attribute__((noinline)) int occurrences(const uint8_t *from, int c, int count) {
  u8x16 wanted = splat_u8(c);
  int sum = 0;
  for (int i = 0; i < count;) {
    u8x16 lanes = {0};
    for (int k = 0; k < 128 && i < count; k++, i += 16) lanes -= (u8x16)(LOAD(u8x16, from + i) == wanted);
    sum += sum_u8(lanes);
  }
  return sum;
}
// By the first and the last byte of what is searched.
static __attribute__((noinline)) int search(const uint8_t *from, int count, const uint8_t *pattern, int length) {
  u8x16 first = splat_u8(pattern[0]), last = splat_u8(pattern[length - 1]);
  for (int i = 0; i + length <= count; i += 16) {
    unsigned mask = mask_u8((u8x16)(LOAD(u8x16, from + i) == first) & (u8x16)(LOAD(u8x16, from + i + length - 1) == last));
    for (; mask; mask &= mask - 1) {
      int at = i + __builtin_ctz(mask), k = 1;
      while (k < length - 1 && from[at + k] == pattern[k]) k++;
      if (k >= length - 1) return at;
    }
  }
  return -1;
}
int run(int rounds) {
  uint32_t state = 29;
  for (int i = 0; i < size; i++) text[i] = other[i] = (uint8_t)(1 + (next(&state) >> 26));
  text[size] = other[size] = 0;
  int sum = 0;
  for (int round = 0; round < rounds * 20; round++) {
    uint32_t place = next(&state) >> 18;
    uint8_t old = text[place];
    text[place] = 200;
    sum += find(text, 200, size) + length(text + round % 64) + occurrences(text, 17, size);
    sum += compare(text, other, size);
    text[place] = old;
    sum += search(text, size, text + size - 40 - round % 1000, 9);
  }
  return sum;
}
