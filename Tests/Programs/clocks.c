// Sleeps and waits, and says whether the clocks agree.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(void) {
  double start = now(CLOCK_MONOTONIC);
  struct timespec pause = {.tv_nsec = 15000000};
  printf("%d\n", nanosleep(&pause, NULL));
  double slept = now(CLOCK_MONOTONIC) - start;
  printf("%s\n", slept >= 0.015 && slept < 10 ? "slept" : "did not sleep");
  start = now(CLOCK_MONOTONIC);
  printf("%d\n", usleep(10000));
  printf("%s\n", now(CLOCK_MONOTONIC) - start >= 0.01 ? "slept" : "did not sleep");

  struct pollfd files[] = {{.fd = 0, .events = POLLIN}, {.fd = 1, .events = POLLOUT}};
  printf("%d", poll(files, 2, 1000));
  printf(" %d %d\n", files[0].revents & POLLIN, files[1].revents & POLLOUT ? 1 : 0);
  start = now(CLOCK_MONOTONIC);
  printf("%d\n", poll(NULL, 0, 5));
  printf("%s\n", now(CLOCK_MONOTONIC) - start >= 0.005 ? "waited" : "did not wait");

  struct timespec resolution;
  printf("%d %d\n", clock_getres(CLOCK_MONOTONIC, &resolution), resolution.tv_sec == 0 && resolution.tv_nsec >= 1);
  time_t seconds = time(NULL);
  struct timeval of_day;
  gettimeofday(&of_day, NULL);
  printf("%s\n", llabs((long long)seconds - (long long)of_day.tv_sec) <= 1 && seconds > 1500000000 ? "agree" : "disagree");
  time_t fixed = 1234567890;
  char text[64];
  strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %j", gmtime(&fixed));
  printf("%s\n", text);
  return 0;
}
