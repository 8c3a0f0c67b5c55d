// The Mandelbrot set: a tight loop of doubles with an exit in the middle.
int run(int rounds) {
  int sum = 0;
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < 120; i++)
      for (int j = 0; j < 120; j++) {
        double re = j / 60.0 - 1.5, im = i / 60.0 - 1.0, x = 0, y = 0;
        int n = 0;
        while (n < 100 && x * x + y * y < 4) {
          double next = x * x - y * y + re;
          y = 2 * x * y + im;
          x = next;
          n++;
        }
        sum += n * (i ^ j);
      }
  return sum;
}
