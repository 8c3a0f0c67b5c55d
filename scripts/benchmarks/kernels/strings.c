// Texts: edit distances and a search for substrings.
static char text[20000], pattern[64];
static int row[512];
static int distance(const char *a, int m, const char *b, int n) {
  for (int j = 0; j <= n; j++) row[j] = j;
  for (int i = 1; i <= m; i++) {
    int diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= n; j++) {
      int above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
      if (above + 1 < best) best = above + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = above;
      row[j] = best;
    }
  }
  return row[n];
}
int run(int rounds) {
  unsigned x = 99;
  int sum = 0;
  for (unsigned i = 0; i < sizeof text; i++) text[i] = (char)('a' + ((x = x * 1664525 + 1013904223) >> 30));
  for (int round = 0; round < rounds; round++) {
    sum += distance(text + round % 100, 500, text + 9000, 500);
    for (int length = 3; length < 12; length++) {
      for (int i = 0; i < length; i++) pattern[i] = text[15000 + i + round % 50];
      for (unsigned at = 0; at + (unsigned)length <= sizeof text; at++) {
        int i = 0;
        while (i < length && text[at + (unsigned)i] == pattern[i]) i++;
        if (i == length) sum += (int)at;
      }
    }
  }
  return sum;
}
