// A kernel compiled natively: native NAME ROUNDS -> name, rounds, result, median milliseconds.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int run(int rounds);

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int order(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

int main(int count, char **arguments) {
  if (count < 3) return 2;
  int rounds = atoi(arguments[2]), result = run(1);
  double times[5];
  for (int index = 0; index < 5; index++) {
    double start = now();
    result = run(rounds);
    times[index] = now() - start;
  }
  qsort(times, 5, sizeof times[0], order);
  printf("%s %d %d %.3f\n", arguments[1], rounds, result, times[2]);
}
