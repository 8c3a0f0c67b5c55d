// Sorting: blocks of 16 by a network of minima and maxima and a transposition, then merging by bitonic networks of eight.
#include "vectors.h"
enum { n = 4096 };
static int32_t data[n], buffer[n];
#define ORDER(x, y) { i32x4 lesser = min_i32(x, y); y = max_i32(x, y); x = lesser; }
inline void store_sorted(int32_t *to, i32x4 a, i32x4 b, i32x4 c, i32x4 d) {
  ORDER(a, b) ORDER(c, d) ORDER(a, c) ORDER(b, d) ORDER(b, c)
  i32x4 p = SHUFFLE(a, b, 0, 4, 1, 5), q = SHUFFLE(a, b, 2, 6, 3, 7), r = SHUFFLE(c, d, 0, 4, 1, 5), s = SHUFFLE(c, d, 2, 6, 3, 7);
  STORE(i32x4, to, SHUFFLE(p, r, 0, 1, 4, 5));
  STORE(i32x4, to + 4, SHUFFLE(p, r, 2, 3, 6, 7));
  STORE(i32x4, to + 8, SHUFFLE(q, s, 0, 1, 4, 5));
  STORE(i32x4, to + 12, SHUFFLE(q, s, 2, 3, 6, 7));
}
// Two sorted vectors to one sorted sequence of eight.
inline void merge_vectors(i32x4 *low, i32x4 *high) {
  i32x4 a = *low, b = SHUFFLE(*high, *high, 3, 2, 1, 0);
  ORDER(a, b)
  i32x4 c = SHUFFLE(a, b, 0, 1, 4, 5), d = SHUFFLE(a, b, 2, 3, 6, 7);
  ORDER(c, d)
  a = SHUFFLE(c, d, 0, 4, 2, 6); b = SHUFFLE(c, d, 1, 5, 3, 7);
  ORDER(a, b)
  *low = SHUFFLE(a, b, 0, 4, 1, 5);
  *high = SHUFFLE(a, b, 2, 6, 3, 7);
}
static __attribute__((noinline)) void merge(const int32_t *from, int32_t *to, int length) {
  const int32_t *a = from, *b = from + length, *middle = b, *end = b + length;
  i32x4 low = LOAD(i32x4, a), high = LOAD(i32x4, b);
  a += 4;
  b += 4;
  for (;;) {
    merge_vectors(&low, &high);
    STORE(i32x4, to, low);
    to += 4;
    if (a < middle && (b >= end || *a <= *b)) { low = LOAD(i32x4, a); a += 4; }
    else if (b < end) { low = LOAD(i32x4, b); b += 4; }
    else break;
  }
  STORE(i32x4, to, high);
}
static __attribute__((noinline)) void blocks(void) {
  for (int i = 0; i < n; i += 16)
    store_sorted(data + i, LOAD(i32x4, data + i), LOAD(i32x4, data + i + 4), LOAD(i32x4, data + i + 8), LOAD(i32x4, data + i + 12));
}
int run(int rounds) {
  uint32_t state = 31;
  int sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < n; i++) data[i] = (int32_t)next(&state);
    blocks();
    int32_t *from = data, *to = buffer;
    for (int length = 4; length < n; length *= 2) {
      for (int i = 0; i < n; i += 2 * length) merge(from + i, to + i, length);
      int32_t *t = from; from = to; to = t;
    }
    for (int i = 1; i < n; i++) sum += (from[i - 1] <= from[i]) * (from[i] ^ i);
  }
  return sum;
}
