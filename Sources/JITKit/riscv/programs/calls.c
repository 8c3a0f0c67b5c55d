// Calls: a recursive function, calls through pointers, division.
#include "support.h"

static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static uint32_t double_it(uint32_t n) { return n * 2; }
static uint32_t add_three(uint32_t n) { return n + 3; }
static uint32_t halve(uint32_t n) { return n / 2; }
static uint32_t (*const functions[])(uint32_t) = {double_it, add_three, halve};

/// Products and quotients in all their variants, some of them where machines differ.
static uint32_t arithmetic(int32_t a, int32_t b) {
  uint32_t sum = (uint32_t)(((int64_t)a * b) >> 32) + (uint32_t)(((uint64_t)(uint32_t)a * (uint32_t)b) >> 32);
  if (b != 0 && !(a == INT32_MIN && b == -1)) sum = sum * 7 + (uint32_t)(a / b) * 3 + (uint32_t)(a % b);
  if (b != 0) sum += (uint32_t)a / (uint32_t)b + (uint32_t)a % (uint32_t)b;
  return sum;
}

int main(void) {
  report("fibonacci", fibonacci(27));
  uint32_t number = 1;
  for (uint32_t index = 0; index < 300000; index++) number = functions[next_random() >> 16 & 1 ? index % 3 : 1](number);
  report("pointers", number);
  static const int32_t edges[] = {0, 1, -1, 2, -2, INT32_MAX, INT32_MIN, 12345, -98765};
  uint32_t sum = 0;
  for (int round = 0; round < 300; round++)
    for (int a = 0; a < 9; a++)
      for (int b = 0; b < 9; b++) sum = sum * 11 + arithmetic(edges[a], edges[b]);
  report("arithmetic", sum);
  return 0;
}
