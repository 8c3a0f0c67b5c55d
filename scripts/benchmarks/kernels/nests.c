// Loops in loops, three deep, in one function that is called once: whoever enters optimized code does it in the innermost loop.
enum { size = 64 };
static unsigned grid[size][size];
__attribute__((noinline)) static unsigned mixed(unsigned a, unsigned b) { return a % (b | 1) + (a ^ b); }
int run(int rounds) {
  unsigned sum = 0, seed = 1;
  // A run starts with the same grid, so that engines which have warmed up for longer return the same.
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) grid[y][x] = 0;
  }
  for (int round = 0; round < rounds * 8; round++) {
    unsigned row = round & 63, weight = seed >> 7;
    for (int y = 0; y < size; y++) {
      unsigned low = y, high = row + y;
      for (int x = 0; x < size; x++) {
        unsigned cell = grid[y][x] + low * weight;
        sum += cell ^ high;
        low += sum >> 3;
        grid[y][x] = cell + (unsigned)x;
      }
      high += low;
      // A short loop with a call, beside the long one.
      for (int x = 0; x < 4; x++) sum += mixed(low + x, high);
      sum = sum << 5 | sum >> 27;
    }
    for (int x = 0; x < size; x++) seed = seed * 1664525 + grid[row][x];
  }
  return (int)(sum ^ seed);
}
