// Heat on a plane: each cell becomes a mean of its neighbours, in doubles.
enum { size = 256 };
static double a[size][size], b[size][size];
static void step(double to[size][size], double from[size][size]) {
  for (int y = 1; y < size - 1; y++)
    for (int x = 1; x < size - 1; x++)
      to[y][x] = from[y][x] * 0.5 + (from[y - 1][x] + from[y + 1][x] + from[y][x - 1] + from[y][x + 1]) * 0.125;
}
int run(int rounds) {
  for (int y = 0; y < size; y++) for (int x = 0; x < size; x++) a[y][x] = b[y][x] = (x * 7 + y * 13) % 100;
  for (int round = 0; round < rounds * 20; round++) { step(b, a); step(a, b); }
  double sum = 0;
  for (int y = 0; y < size; y++) for (int x = 0; x < size; x++) sum += a[y][x];
  return (int)(sum * 16);
}
