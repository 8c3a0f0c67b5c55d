// A knight's tour by search with backtracking, and the game of life: tests of bounds, arrays of bytes.
static signed char board[64], cells[130][130], fresh[130][130];
static const signed char dx[8] = {1, 2, 2, 1, -1, -2, -2, -1}, dy[8] = {-2, -1, 1, 2, 2, 1, -1, -2};
static unsigned tried;
static int degree(int x, int y) {
  int free = 0;
  for (int d = 0; d < 8; d++) {
    int nx = x + dx[d], ny = y + dy[d];
    if (nx >= 0 && ny >= 0 && nx < 8 && ny < 8 && !board[ny * 8 + nx]) free++;
  }
  return free;
}
static int tour(int x, int y, int step) {
  board[y * 8 + x] = (signed char)step;
  tried++;
  if (step == 64) return 1;
  for (int want = 0; want <= 8; want++)
    for (int d = 0; d < 8; d++) {
      int nx = x + dx[d], ny = y + dy[d];
      if (nx < 0 || ny < 0 || nx > 7 || ny > 7 || board[ny * 8 + nx] || degree(nx, ny) != want) continue;
      if (tour(nx, ny, step + 1)) return 1;
      if (tried > 2000) return 0;
    }
  board[y * 8 + x] = 0;
  return 0;
}
int run(int rounds) {
  unsigned sum = 0;
  for (int y = 0; y < 130; y++) for (int x = 0; x < 130; x++) cells[y][x] = (x * 31 + y * 17 + x * y) % 7 < 2;
  for (int round = 0; round < rounds; round++) {
    for (int start = 0; start < 64; start += 5) {
      for (int i = 0; i < 64; i++) board[i] = 0;
      tried = 0;
      sum += (unsigned)tour(start % 8, start / 8, 1) + tried;
    }
    for (int generation = 0; generation < 10; generation++) {
      for (int y = 1; y < 129; y++)
        for (int x = 1; x < 129; x++) {
          int n = cells[y - 1][x - 1] + cells[y - 1][x] + cells[y - 1][x + 1] + cells[y][x - 1] + cells[y][x + 1] + cells[y + 1][x - 1] + cells[y + 1][x] + cells[y + 1][x + 1];
          fresh[y][x] = n == 3 || (n == 2 && cells[y][x]);
        }
      for (int y = 1; y < 129; y++) for (int x = 1; x < 129; x++) { cells[y][x] = fresh[y][x]; sum += (unsigned)cells[y][x]; }
    }
  }
  return (int)sum;
}
