// Multiplication of matrices of doubles, and a stencil over floats.
enum { size = 96 };
static double a[size][size], b[size][size], c[size][size];
static float grid[2][128][128];
int run(int rounds) {
  double sum = 0;
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) { a[i][j] = i * 0.5 + j; b[i][j] = i - j * 0.25; }
  for (int i = 0; i < 128; i++) for (int j = 0; j < 128; j++) grid[0][i][j] = (float)(i ^ j);
  for (int round = 0; round < rounds * 2; round++) {
    for (int i = 0; i < size; i++)
      for (int j = 0; j < size; j++) {
        double dot = 0;
        for (int k = 0; k < size; k++) dot += a[i][k] * b[k][j];
        c[i][j] = dot;
      }
    sum += c[round % size][7];
    for (int step = 0; step < 10; step++) {
      float (*from)[128] = grid[step & 1], (*to)[128] = grid[~step & 1];
      for (int i = 1; i < 127; i++)
        for (int j = 1; j < 127; j++)
          to[i][j] = 0.2f * (from[i][j] + from[i - 1][j] + from[i + 1][j] + from[i][j - 1] + from[i][j + 1]);
    }
    sum += grid[0][64][64];
  }
  return (int)sum;
}
