// Which function's code an address lies in. One 32-bit word per 16 bytes of the code region holds the number of the entry whose code starts
// there, or 0; a search goes backwards to the nearest start. Writers hold a lock; readers, the signal handler among them, need none: code
// that is being executed is never unregistered, so the words that a reader of its addresses sees don't change.
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>

#include "FaultHandler.h"

enum { granule = 16, entry_capacity = 1 << 23 };

static uintptr_t region_base, region_size;
static uint32_t *starts;
static struct latch_code *entries;
static uint32_t entry_count = 1;
/// Head of the list of free entries, linked through `size`.
static uint32_t first_free;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *reserve(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

bool latch_code_map_init(uintptr_t base, size_t size) {
  starts = reserve(size / granule * sizeof(uint32_t));
  entries = reserve((size_t)entry_capacity * sizeof(struct latch_code));
  if (!starts || !entries) return false;
  region_base = base;
  region_size = size;
  return true;
}

uint32_t latch_code_register(uintptr_t start, uint32_t size, uint32_t function_index, const void *sites,
                             uint32_t site_count, const uint32_t *handlers, void *owner) {
  pthread_mutex_lock(&lock);
  uint32_t number = first_free;
  if (number) {
    first_free = entries[number].size;
  } else if (entry_count < entry_capacity) {
    number = entry_count++;
  } else {
    pthread_mutex_unlock(&lock);
    return 0;
  }
  entries[number] = (struct latch_code){start, size, function_index, sites, site_count, 0, handlers, owner};
  __atomic_store_n(&starts[(start - region_base) / granule], number, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&lock);
  return number;
}

void latch_code_unregister(uint32_t number) {
  if (!number) return;
  pthread_mutex_lock(&lock);
  struct latch_code *entry = &entries[number];
  __atomic_store_n(&starts[(entry->start - region_base) / granule], 0, __ATOMIC_RELEASE);
  *entry = (struct latch_code){.size = first_free};
  first_free = number;
  pthread_mutex_unlock(&lock);
}

const struct latch_code *latch_code_find(uintptr_t pc) {
  if (pc - region_base >= region_size) return NULL;
  for (size_t index = (pc - region_base) / granule;; index--) {
    uint32_t number = __atomic_load_n(&starts[index], __ATOMIC_ACQUIRE);
    if (number) {
      struct latch_code *entry = &entries[number];
      return pc - entry->start < entry->size ? entry : NULL;
    }
    if (index == 0) return NULL;
  }
}
