// Which function's code an address lies in. A region's map has one 32-bit word per 16 bytes: the number of the entry whose code starts there, or
// 0; a search goes back to the nearest start. Writers hold a lock; readers, the signal handler among them, need none: code that is being
// executed is never unregistered, nor its region removed, so what a reader of its addresses sees doesn't change.
//
// Linked code, which lies in the program, is a region of its own: its functions are found in a table that was made with it, and get their entries when they are looked for.
//
// Regions stand in a few slots, each with a version that is odd while the slot changes. A reader that meets a change goes on to the next slot: no
// address that it may be asked about lies in a region that comes or goes.
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>

#include "FaultHandler.h"

enum { granule = 16, bytes_per_entry = 128, region_capacity = 256 };

struct latch_code_region {
  uint64_t version;
  /// 0: the slot is free.
  uintptr_t base;
  size_t size;
  uint32_t *starts;
  struct latch_code *entries;
  uint32_t entry_count, entry_capacity;
  /// Of linked code: `entry_count` functions, the bytes in which their facts are, and what all entries have in common. Null for others.
  const struct latch_linked_function *functions;
  const uint8_t *bytes;
  struct latch_code common;
  /// Head of the list of free entries, linked through `size`.
  uint32_t first_free;
};

static struct latch_code_region regions[region_capacity];
/// Slots from here on have never been used.
static uint32_t region_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t starts_size(size_t size) { return (size / granule + 1) * sizeof(uint32_t); }
static size_t entries_size(size_t size) { return (size / bytes_per_entry + 2) * sizeof(struct latch_code); }

/// Changes what a slot describes.
static void set_region(
    struct latch_code_region *region, uintptr_t base, size_t size, uint32_t *starts, struct latch_code *entries, const struct latch_linked_function *functions) {
  __atomic_add_fetch(&region->version, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&region->base, base, __ATOMIC_RELAXED);
  __atomic_store_n(&region->size, size, __ATOMIC_RELAXED);
  __atomic_store_n(&region->starts, starts, __ATOMIC_RELAXED);
  __atomic_store_n(&region->entries, entries, __ATOMIC_RELAXED);
  __atomic_store_n(&region->functions, functions, __ATOMIC_RELAXED);
  __atomic_add_fetch(&region->version, 1, __ATOMIC_SEQ_CST);
}

/// A free slot, or null. To be called with the lock.
static struct latch_code_region *free_region(void) {
  for (uint32_t slot = 0; slot < region_capacity; slot++)
    if (!regions[slot].base) return &regions[slot];
  return NULL;
}

/// Lets readers see a slot that has been set. To be called with the lock.
static void publish(const struct latch_code_region *region) {
  uint32_t slot = (uint32_t)(region - regions);
  if (slot >= region_count) __atomic_store_n(&region_count, slot + 1, __ATOMIC_RELEASE);
}

struct latch_code_region *latch_code_region_add(uintptr_t base, size_t size) {
  uint32_t *starts = latch_reserve(starts_size(size), true);
  struct latch_code *entries = latch_reserve(entries_size(size), true);
  pthread_mutex_lock(&lock);
  struct latch_code_region *region = starts && entries ? free_region() : NULL;
  if (region) {
    region->entry_count = 1;
    region->entry_capacity = (uint32_t)(size / bytes_per_entry + 2);
    region->first_free = 0;
    set_region(region, base, size, starts, entries, NULL);
    publish(region);
  }
  pthread_mutex_unlock(&lock);
  if (region) return region;
  if (starts) munmap(starts, starts_size(size));
  if (entries) munmap(entries, entries_size(size));
  return NULL;
}

struct latch_code_region *latch_linked_code_add(
    uintptr_t base, size_t size, const struct latch_linked_function *functions, uint32_t count, const uint8_t *bytes, const struct latch_code *common) {
  struct latch_code *entries = latch_reserve(count * sizeof(struct latch_code), true);
  pthread_mutex_lock(&lock);
  struct latch_code_region *region = entries ? free_region() : NULL;
  if (region) {
    region->entry_count = count;
    region->bytes = bytes;
    region->common = *common;
    set_region(region, base, size, NULL, entries, functions);
    publish(region);
  }
  pthread_mutex_unlock(&lock);
  if (!region && entries) munmap(entries, count * sizeof(struct latch_code));
  return region;
}

void latch_code_region_remove(struct latch_code_region *region) {
  pthread_mutex_lock(&lock);
  size_t size = region->size;
  uint32_t *starts = region->starts;
  struct latch_code *entries = region->entries;
  size_t bytes = region->functions ? region->entry_count * sizeof(struct latch_code) : entries_size(size);
  set_region(region, 0, 0, NULL, NULL, NULL);
  pthread_mutex_unlock(&lock);
  if (starts) munmap(starts, starts_size(size));
  munmap(entries, bytes);
}

uint32_t latch_code_register(struct latch_code_region *region, const struct latch_code *code) {
  pthread_mutex_lock(&lock);
  uint32_t number = region->first_free;
  if (number) {
    region->first_free = region->entries[number].size;
  } else if (region->entry_count < region->entry_capacity) {
    number = region->entry_count++;
  } else {
    pthread_mutex_unlock(&lock);
    return 0;
  }
  region->entries[number] = *code;
  __atomic_store_n(&region->starts[(code->start - region->base) / granule], number, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&lock);
  return number;
}

void latch_code_unregister(struct latch_code_region *region, uint32_t number) {
  if (!number) return;
  pthread_mutex_lock(&lock);
  struct latch_code *entry = &region->entries[number];
  __atomic_store_n(&region->starts[(entry->start - region->base) / granule], 0, __ATOMIC_RELEASE);
  *entry = (struct latch_code){.size = region->first_free};
  region->first_free = number;
  pthread_mutex_unlock(&lock);
}

static const struct latch_code *find(const uint32_t *starts, struct latch_code *entries, uintptr_t base, uintptr_t pc) {
  for (size_t index = (pc - base) / granule;; index--) {
    uint32_t number = __atomic_load_n(&starts[index], __ATOMIC_ACQUIRE);
    if (number) {
      struct latch_code *entry = &entries[number];
      return pc - entry->start < entry->size ? entry : NULL;
    }
    if (index == 0) return NULL;
  }
}

/// The entry of a function of linked code, which is made now if nobody has looked for it before. Several threads may make it at once: they write the same.
static const struct latch_code *find_linked(const struct latch_code_region *region, const struct latch_linked_function *functions, struct latch_code *entries, uintptr_t base, uintptr_t pc) {
  uint32_t low = 0, high = region->entry_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (base + functions[middle].start <= pc) low = middle; else high = middle;
  }
  const struct latch_linked_function *function = &functions[low];
  if (pc - base - function->start >= function->size) return NULL;
  struct latch_code *entry = &entries[low];
  if (!__atomic_load_n(&entry->start, __ATOMIC_ACQUIRE)) {
    entry->size = function->size;
    entry->function_index = region->common.function_index + low;
    entry->sites = region->bytes + function->sites;
    entry->site_count = function->site_count;
    entry->names_size = region->common.names_size;
    entry->handlers = function->handlers ? (const uint32_t *)(region->bytes + function->handlers) : NULL;
    entry->names = region->common.names;
    entry->owner = region->common.owner;
    __atomic_store_n(&entry->start, base + function->start, __ATOMIC_RELEASE);
  }
  return entry;
}

const struct latch_code *latch_code_find(uintptr_t pc) {
  uint32_t count = __atomic_load_n(&region_count, __ATOMIC_ACQUIRE);
  for (const struct latch_code_region *region = regions; region < regions + count; region++) {
    uint64_t version = __atomic_load_n(&region->version, __ATOMIC_ACQUIRE);
    uintptr_t base = __atomic_load_n(&region->base, __ATOMIC_RELAXED);
    size_t size = __atomic_load_n(&region->size, __ATOMIC_RELAXED);
    uint32_t *starts = __atomic_load_n(&region->starts, __ATOMIC_RELAXED);
    struct latch_code *entries = __atomic_load_n(&region->entries, __ATOMIC_RELAXED);
    const struct latch_linked_function *functions = __atomic_load_n(&region->functions, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (version & 1 || __atomic_load_n(&region->version, __ATOMIC_RELAXED) != version) continue;
    if (pc - base < size) return functions ? find_linked(region, functions, entries, base, pc) : find(starts, entries, base, pc);
  }
  return NULL;
}
