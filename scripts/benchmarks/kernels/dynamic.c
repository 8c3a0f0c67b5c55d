// Dynamic programming: the distance of two strings by insertions, deletions and replacements, and a knapsack.
static unsigned char a[1000], b[1000];
static int row[1001], best[10001];
int run(int rounds) {
  unsigned seed = 3, sum = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < 1000; i++) { a[i] = (seed = seed * 1103515245u + 12345u) >> 28; b[i] = (seed = seed * 1103515245u + 12345u) >> 28; }
    for (int j = 0; j <= 1000; j++) row[j] = j;
    for (int i = 1; i <= 1000; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= 1000; j++) {
        int change = diagonal + (a[i - 1] != b[j - 1]), up = row[j] + 1, left = row[j - 1] + 1;
        diagonal = row[j];
        if (up < change) change = up;
        if (left < change) change = left;
        row[j] = change;
      }
    }
    sum += (unsigned)row[1000];
    for (int j = 0; j <= 10000; j++) best[j] = 0;
    for (int i = 0; i < 60; i++) {
      int weight = 10 + a[i] * 17, worth = 1 + b[i] * 3;
      for (int j = 10000; j >= weight; j--) if (best[j - weight] + worth > best[j]) best[j] = best[j - weight] + worth;
    }
    sum += (unsigned)best[10000];
  }
  return (int)sum;
}
