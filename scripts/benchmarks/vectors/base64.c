// Base64: 12 bytes become 16 characters, and back, by tables and multiplications of lanes.
#include "vectors.h"
enum { size = 6144 };
static uint8_t data[size + 16], text[size / 3 * 4 + 16], back[size + 16];
static __attribute__((noinline)) void encode(const uint8_t *from, uint8_t *to) {
  // What to add to a number of six bits, by its range.
  const u8x16 offsets = {'a' - 26, (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52),
                         (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52), (uint8_t)('0' - 52),
                         (uint8_t)('+' - 62), (uint8_t)('/' - 63), 'A', 0, 0};
  for (int i = 0; i < size; i += 12, to += 16) {
    u8x16 in = LOAD(u8x16, from + i);
    u32x4 words = (u32x4)SHUFFLE(in, in, 2, 1, 0, 0, 5, 4, 3, 3, 8, 7, 6, 6, 11, 10, 9, 9);
    words = (words >> 18 & 63) | (words >> 4 & 0x3F00) | (words << 10 & 0x3F0000) | (words << 24 & 0x3F000000);
    u8x16 six = (u8x16)words;
    u8x16 range = subtract_saturating(six, splat_u8(51)) | ((u8x16)(splat_u8(26) > six) & splat_u8(13));
    STORE(u8x16, to, six + pick(offsets, range));
  }
}
static __attribute__((noinline)) int decode(const uint8_t *from, uint8_t *to) {
  u8x16 wrong = {0};
  for (int i = 0; i < size / 3 * 4; i += 16, to += 12) {
    i8x16 in = (i8x16)LOAD(u8x16, from + i);
    u8x16 upper = (u8x16)(in >= 'A' & in <= 'Z'), lower = (u8x16)(in >= 'a' & in <= 'z'), digit = (u8x16)(in >= '0' & in <= '9');
    u8x16 plus = (u8x16)(in == '+'), slash = (u8x16)(in == '/');
    u8x16 delta = (upper & splat_u8(-'A')) | (lower & splat_u8(26 - 'a')) | (digit & splat_u8(52 - '0')) | (plus & splat_u8(62 - '+')) |
                  (slash & splat_u8(63 - '/'));
    wrong |= ~(upper | lower | digit | plus | slash);
    u32x4 six = (u32x4)((u8x16)in + delta);
    u32x4 words = (six & 63) << 18 | (six >> 8 & 63) << 12 | (six >> 16 & 63) << 6 | six >> 24;
    u8x16 out = (u8x16)words;
    STORE(u8x16, to, SHUFFLE(out, out, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3));
  }
  return !any(wrong);
}
int run(int rounds) {
  uint32_t state = 11;
  for (int i = 0; i < size; i++) data[i] = (uint8_t)(next(&state) >> 24);
  int sum = 0;
  for (int round = 0; round < rounds * 20; round++) {
    data[round % size] ^= (uint8_t)round;
    encode(data, text);
    if ((round & 7) == 7) text[round % 8192] = '!';
    sum += decode(text, back) ? text[round % 8192] + back[round % size] : 1;
  }
  return sum;
}
