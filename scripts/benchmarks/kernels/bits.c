// Bit tricks: population counts, leading and trailing zeros, rotations; n queens on bit boards.
static int queens(unsigned all, unsigned columns, unsigned left, unsigned right) {
  if (columns == all) return 1;
  int count = 0;
  for (unsigned free = all & ~(columns | left | right); free;) {
    unsigned bit = free & -free;
    free ^= bit;
    count += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}
int run(int rounds) {
  unsigned sum = 0, x = 1;
  for (int round = 0; round < rounds; round++) {
    for (unsigned i = 1; i < 1000000; i++) {
      x = (x << 7 | x >> 25) + i;
      sum += (unsigned)__builtin_popcount(x) + (unsigned)__builtin_clz(x | 1) * (unsigned)__builtin_ctz(x | 0x80000000);
      sum ^= x >> (i & 31);
    }
    sum += (unsigned)queens((1 << 9) - 1, 0, 0, 0);
  }
  return (int)sum;
}
