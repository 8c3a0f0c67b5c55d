// Arithmetic of 64 and 128 bits: every operator over values at the edges, folded into printed sums.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

static const uint64_t edges[] = {0, 1, 2, 3, 7, 10, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x123456789abcdef0, 0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffffffe, 0xffffffffffffffff};
enum { count = sizeof edges / sizeof *edges };

static uint64_t sum;
static void fold(uint64_t x) { sum = (sum ^ x) * 0x9e3779b97f4a7c15u + (sum >> 29); }
static void report(const char *name) { printf("%-12s %016" PRIx64 "\n", name, sum), sum = 0; }

#define FOR_ALL(name, expression)            \
  for (int i = 0; i < count; i++) {          \
    for (int j = 0; j < count; j++) {        \
      volatile uint64_t va = edges[i], vb = edges[j]; \
      uint64_t a = va, b = vb;               \
      int64_t sa = (int64_t)a, sb = (int64_t)b; \
      (void)a, (void)b, (void)sa, (void)sb;  \
      fold((uint64_t)(expression));          \
    }                                        \
  }                                          \
  report(name);

int main(void) {
  FOR_ALL("add", a + b)
  FOR_ALL("subtract", a - b)
  FOR_ALL("multiply", a * b)
  FOR_ALL("divide", b ? a / b : 0)
  FOR_ALL("remainder", b ? a % b : 0)
  FOR_ALL("sdivide", sb && !(sb == -1 && sa == INT64_MIN) ? sa / sb : 0)
  FOR_ALL("sremainder", sb && !(sb == -1 && sa == INT64_MIN) ? sa % sb : 0)
  FOR_ALL("left", a << (b & 63))
  FOR_ALL("right", a >> (b & 63))
  FOR_ALL("sright", sa >> (b & 63))
  FOR_ALL("rotate", a << (b & 63) | a >> (-b & 63))
  FOR_ALL("logic", (a & b) + 3 * (a | b) + 5 * (a ^ ~b))
  FOR_ALL("compare", (a < b) + 2 * (sa < sb) + 4 * (a <= b) + 8 * (sa >= sb) + 16 * (a == b))
  FOR_ALL("count", a && b ? __builtin_clzll(a) * 4096 + __builtin_ctzll(b) * 64 + __builtin_popcountll(a) : 0)
  FOR_ALL("narrow", (uint64_t)(int8_t)a + (uint64_t)(int16_t)b * 3 + (uint64_t)(int32_t)a * 5 + (uint32_t)b)
  FOR_ALL("wide high", (unsigned __int128)a * b >> 64)
  FOR_ALL("wide swide", (unsigned __int128)((__int128)sa * sb) >> 64)
  FOR_ALL("wide divide", b ? (((unsigned __int128)a << 64 | b) / b) : 0)
  FOR_ALL("wide shift", (unsigned __int128)((__int128)sa << 64 | b) >> (a & 127))
  FOR_ALL("overflow", ({ int64_t r; __builtin_mul_overflow(sa, sb, &r) * 2 + __builtin_add_overflow(sa, sb, &r); }))
  FOR_ALL("to double", (uint64_t)((double)a / 3) + (uint64_t)(int64_t)((double)sa / 5))
  FOR_ALL("to float", (uint64_t)((float)a / 3))

  // Collatz, factorials modulo a prime, a linear congruence: long chains of dependent steps.
  uint64_t steps = 0;
  for (uint64_t n = 1; n < 3000; n++) {
    for (uint64_t x = n; x != 1; steps++) x = x & 1 ? 3 * x + 1 : x / 2;
  }
  uint64_t factorial = 1;
  for (uint64_t n = 2; n < 2000; n++) factorial = (uint64_t)((unsigned __int128)factorial * n % 0xffffffffffffffc5u);
  printf("%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRIx64 "\n", steps, factorial, INT64_MIN, UINT64_MAX);
  return 0;
}
