// Shared by the drivers of `scripts/bench real`: work that is done over and over, each time from a new state, so that every pass does the same.
//   PROGRAM WORK PASSES   does WORK units of work PASSES times; prints for each pass its milliseconds and the checksum of its results
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int passes(int count, char **arguments, uint64_t (*unit)(void)) {
  int work = count > 1 ? atoi(arguments[1]) : 1, repetitions = count > 2 ? atoi(arguments[2]) : 2;
  for (int pass = 0; pass < repetitions; pass++) {
    double start = now();
    uint64_t sum = 0;
    for (int i = 0; i < work; i++) sum = sum * 31 + unit();
    printf("pass %.3f %016llx\n", now() - start, (unsigned long long)sum);
    fflush(stdout);
  }
  return 0;
}
