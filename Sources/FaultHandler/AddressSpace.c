// Large reservations of address space: memories, tables, wasm stacks, maps of code.
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/resource.h>

#include "FaultHandler.h"

/// What must be left of a limited address space for what a process cannot do without, such as small allocations, whose failure would end it.
static const size_t indispensable = 32 << 20;

static void *map(size_t size, int rights) {
  void *memory = mmap(NULL, size, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static bool leaves_enough(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return true;
  void *rest = map(indispensable, PROT_NONE);
  if (rest) munmap(rest, indispensable);
  return rest != NULL;
}

void *latch_reserve(size_t size, bool is_usable) {
  void *memory = map(size, is_usable ? PROT_READ | PROT_WRITE : PROT_NONE);
  if (!memory || leaves_enough()) return memory;
  munmap(memory, size);
  return NULL;
}

void latch_prefer_large_pages(void *memory, size_t size) {
#ifdef MADV_HUGEPAGE
  madvise(memory, size, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)size;
#endif
}
