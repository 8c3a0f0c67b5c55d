// Which pages of a private mapping a process has written: the system says so since Linux 6.7 (PAGEMAP_SCAN). What was written is the
// process's own memory; the rest are pages of the mapped file, the page of zeros, or nothing.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "FaultHandler.h"

#ifdef __linux__

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

/// As in linux/fs.h, which older systems have without it.
struct scan {
  uint64_t size, flags, start, end, walk_end, ranges, range_count, most_pages;
  uint64_t inverted, all_of, any_of, wanted;
};
enum { is_file = 1 << 2, is_present = 1 << 3, is_swapped = 1 << 4, is_zero_page = 1 << 5 };

/// The process's page map, and which process that is: in the child of a fork the descriptor still means the parent.
static _Atomic int page_map = -1;
static _Atomic int page_map_process;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int open_page_map(void) {
  int process = getpid();
  if (atomic_load(&page_map_process) == process) return atomic_load(&page_map);
  pthread_mutex_lock(&lock);
  if (atomic_load(&page_map_process) != process) {
    if (atomic_load(&page_map) >= 0) close(atomic_load(&page_map));
    atomic_store(&page_map, open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
    atomic_store(&page_map_process, process);
  }
  pthread_mutex_unlock(&lock);
  return atomic_load(&page_map);
}

int latch_written_pages(const void *start, size_t size, struct latch_page_range *ranges, size_t count, size_t most_pages) {
  struct scan scan = {
      .size = sizeof scan, .start = (uint64_t)(uintptr_t)start, .end = (uint64_t)(uintptr_t)start + size,
      .ranges = (uint64_t)(uintptr_t)ranges, .range_count = count, .most_pages = most_pages,
      .inverted = is_file | is_zero_page, .all_of = is_file | is_zero_page, .any_of = is_present | is_swapped,
      .wanted = is_present};
  int found = ioctl(open_page_map(), _IOWR('f', 16, struct scan), &scan);
  return found < 0 || scan.walk_end != scan.end ? -1 : found;
}

/// Of pages of all kinds, those that were written have to be found.
static bool works(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int file = (int)syscall(SYS_memfd_create, "latch-pages", 1u);
  if (file < 0) return false;
  bool result = false;
  if (ftruncate(file, (off_t)(4 * page)) == 0) {
    char *pages = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages != MAP_FAILED) {
      if (mmap(pages, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file, 0) == pages) {
        // Of the file: read; written; not touched; read and written. Of none: read; written; not touched; written.
        volatile char *touched = pages;
        char seen = touched[0];
        touched[page] = 1;
        seen += touched[3 * page];
        touched[3 * page] = seen;
        seen += touched[4 * page];
        touched[5 * page] = seen;
        touched[7 * page] = 1;
        struct latch_page_range ranges[8];
        int count = latch_written_pages(pages, 8 * page, ranges, 8, 8);
        const size_t expected[4] = {1, 3, 5, 7};
        result = count == 4;
        for (int i = 0; i < 4 && result; i++) {
          uint64_t start = (uint64_t)(uintptr_t)pages + expected[i] * page;
          result = ranges[i].start == start && ranges[i].end == start + page;
        }
        // The first range alone, and then the rest is not known.
        result = result && latch_written_pages(pages, 8 * page, ranges, 1, 8) < 0 && latch_written_pages(pages, 8 * page, ranges, 8, 2) < 0;
      }
      munmap(pages, 8 * page);
    }
  }
  close(file);
  return result;
}

static bool can_ask;
static void find_out(void) { can_ask = works(); }

bool latch_knows_written_pages(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_out);
  return can_ask;
}

#else

bool latch_knows_written_pages(void) { return false; }

int latch_written_pages(const void *start, size_t size, struct latch_page_range *ranges, size_t count, size_t most_pages) {
  (void)start, (void)size, (void)ranges, (void)count, (void)most_pages;
  return -1;
}

#endif
