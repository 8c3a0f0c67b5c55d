// Products of matrices of integers.
#include "support.h"

enum { size = 160, rounds = 5 * SCALE };
static int32_t a[size][size], b[size][size], c[size][size];

static void multiply(void) {
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++) {
      int32_t sum = 0;
      for (int index = 0; index < size; index++) sum += a[row][index] * b[index][column];
      c[row][column] = sum;
    }
}

int main(void) {
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++) {
      a[row][column] = (int32_t)(next_random() >> 20);
      b[row][column] = (int32_t)(next_random() >> 20);
    }
  uint32_t sum = 0;
  for (int round = 0; round < rounds; round++) {
    multiply();
    for (int row = 0; row < size; row++)
      for (int column = 0; column < size; column++) {
        sum = sum * 31 + (uint32_t)c[row][column];
        a[row][column] ^= c[row][column] & 15;
      }
  }
  report("matrix", sum);
  return 0;
}
