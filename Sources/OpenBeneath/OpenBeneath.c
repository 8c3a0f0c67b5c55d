#define _GNU_SOURCE
#include "OpenBeneath.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__) && __has_include(<linux/openat2.h>)

#include <linux/openat2.h>
#include <sys/syscall.h>

int latch_open_beneath(int directory, const char *path, int flags, unsigned mode) {
  struct open_how how = {
      .flags = (unsigned)flags | O_CLOEXEC,
      .mode = flags & O_CREAT ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

#else

int latch_open_beneath(int directory, const char *path, int flags, unsigned mode) {
  (void)directory, (void)path, (void)flags, (void)mode;
  errno = ENOSYS;
  return -1;
}

#endif

#ifdef O_PATH
const int latch_open_as_place = O_PATH;
#else
const int latch_open_as_place = O_RDONLY;
#endif

const long latch_time_now = UTIME_NOW;
const long latch_time_omit = UTIME_OMIT;
