// Validation of UTF-8, 16 bytes at a time: a byte has to be a continuation exactly if one of the three before it asks for that, and pairs of bytes that never
// occur are found by three tables of bits. Then the characters are counted.
#include "vectors.h"
enum { size = 16384 };
static uint8_t text[size + 64];

// Mistakes, a bit for each; the tables have what a nibble leaves possible.
enum { twice = 1, early = 2, surrogate = 4, overlong3 = 8, overlong2 = 16, large = 32, overlong4 = 64, two = 128 };

static __attribute__((noinline)) int is_valid(const uint8_t *at, int count) {
  const u8x16 high = {early, early, early, early, early, early, early, early, two, two, two, two,
                      twice | overlong2, twice, twice | overlong3 | surrogate, twice | large | overlong4};
  // From F5 on every second byte is wrong, as 80 to 8F are after F0.
  enum { any_ = two | early | twice, above = any_ | large | overlong4 };
  const u8x16 low = {any_ | overlong2 | overlong3 | overlong4, any_ | overlong2, any_, any_, any_ | large, above, above, above,
                     above, above, above, above, above, above | surrogate, above, above};
  const u8x16 second = {twice, twice, twice, twice, twice, twice, twice, twice,
                        early | overlong2 | two | overlong3 | overlong4, early | overlong2 | two | overlong3 | large,
                        early | overlong2 | two | surrogate | large, early | overlong2 | two | surrogate | large,
                        twice, twice, twice, twice};
  u8x16 before = {0}, mistakes = {0};
  for (int i = 0; i < count; i += 16) {
    u8x16 now = LOAD(u8x16, at + i);
    if (!mask_u8(now | before)) { before = now; continue; }
    u8x16 one = SHUFFLE(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
    u8x16 two_ = SHUFFLE(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
    u8x16 three = SHUFFLE(before, now, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
    u8x16 pairs = pick(high, one >> 4) & pick(low, one & 15) & pick(second, now >> 4);
    // The third and fourth bytes of a character are continuations after continuations, and nothing else is.
    u8x16 asked = subtract_saturating(two_, splat_u8(0xE0 - 0x80)) | subtract_saturating(three, splat_u8(0xF0 - 0x80));
    mistakes |= (asked & splat_u8(0x80)) ^ pairs;
    before = now;
  }
  return !any(mistakes);
}
static __attribute__((noinline)) int characters(const uint8_t *at, int count) {
  int sum = 0;
  for (int i = 0; i < count; i += 16) sum += __builtin_popcount(mask_u8((u8x16)((i8x16)LOAD(u8x16, at + i) > (i8x16)splat_u8(0xBF))));
  return sum;
}
static int put(uint8_t *to, uint32_t c) {
  if (c < 0x80) { to[0] = (uint8_t)c; return 1; }
  if (c < 0x800) { to[0] = (uint8_t)(0xC0 | c >> 6); to[1] = (uint8_t)(0x80 | (c & 63)); return 2; }
  if (c < 0x10000) {
    to[0] = (uint8_t)(0xE0 | c >> 12); to[1] = (uint8_t)(0x80 | (c >> 6 & 63)); to[2] = (uint8_t)(0x80 | (c & 63));
    return 3;
  }
  to[0] = (uint8_t)(0xF0 | c >> 18); to[1] = (uint8_t)(0x80 | (c >> 12 & 63)); to[2] = (uint8_t)(0x80 | (c >> 6 & 63)); to[3] = (uint8_t)(0x80 | (c & 63));
  return 4;
}
int run(int rounds) {
  uint32_t state = 5;
  int length = 0;
  for (int i = 0; i < size + 64; i++) text[i] = ' ';
  while (length < size - 8) {
    uint32_t kind = next(&state) >> 28, c = next(&state) >> 8;
    c = kind < 6 ? 32 + c % 90 : kind < 10 ? 0x80 + c % 0x780 : kind < 14 ? 0x800 + c % 0xD000 : 0x10000 + c % 0x100000;
    length += put(text + length, c);
  }
  int sum = 0;
  for (int round = 0; round < rounds * 20; round++) {
    int place = (int)(next(&state) % (uint32_t)length);
    uint8_t old = text[place];
    if (round & 1) text[place] = (uint8_t)(next(&state) >> 24);
    sum += is_valid(text, size) * 1000 + characters(text, size);
    text[place] = old;
  }
  return sum;
}
