// How many processors the process may use, and what the system calls its threads.
#define _GNU_SOURCE
#include <sched.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include "FaultHandler.h"

int latch_available_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int latch_thread_number(void) {
#ifdef __linux__
  return (int)syscall(SYS_gettid);
#else
  return (int)getpid();
#endif
}
