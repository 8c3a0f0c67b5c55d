// How many processors the process may use.
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "FaultHandler.h"

int latch_available_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
