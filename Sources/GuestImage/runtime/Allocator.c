// The C symbols that Embedded Swift needs on a bare wasm32: an allocator for Swift's own arrays and classes (the compiler's working
// memory, not Scheme's heap), memory comparison, and random bits for hash seeds.
//
// The allocator keeps free lists of power-of-two sizes from 16 bytes to 32 KiB, each cut from whole pages; anything larger gets
// pages of its own. Pages come from the runtime's page allocator, which also serves Scheme's heap. A block is preceded by 16 bytes that hold its size.
//
// The guest may be stopped at any instruction and go on with another call: a list is changed by one store, after all others.
#include <stddef.h>
#include <stdint.h>

#include "GuestLayout.h"

#define SMALLEST_LOG 4
#define CLASSES 12

/// From SchemeCore: the address of `pages` fresh pages. Ends the guest when there are none.
uint32_t latch_page_alloc(uint32_t pages);
void latch_page_free(uint32_t address, uint32_t pages);

struct free_block {
  struct free_block *next;
};

static struct free_block *free_lists[CLASSES];
/// The page that blocks are cut from: the next byte, and how many are left.
static uint32_t cut, cut_left;

static uint32_t *header_of(void *block) { return (uint32_t *)((uint32_t)block - 16); }

static void *allocate(size_t size) {
  size += 16;
  int class = 0;
  while (class < CLASSES && ((size_t)16 << class) < size) class++;
  if (class >= CLASSES) {
    uint32_t pages = (size + PAGE_SIZE - 1) / PAGE_SIZE;
    uint32_t address = latch_page_alloc(pages);
    *(uint32_t *)address = 0x80000000u | pages;
    return (void *)(address + 16);
  }
  struct free_block *block = free_lists[class];
  if (block) {
    free_lists[class] = block->next;
  } else {
    uint32_t bytes = 16u << class;
    if (cut_left < bytes) {
      cut_left = 0;
      __atomic_signal_fence(__ATOMIC_SEQ_CST);
      cut = latch_page_alloc(1);
      __atomic_signal_fence(__ATOMIC_SEQ_CST);
      cut_left = PAGE_SIZE;
    }
    block = (struct free_block *)cut;
    cut_left -= bytes;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    cut += bytes;
  }
  *(uint32_t *)block = class;
  return (char *)block + 16;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment > 16) return 22;
  *result = allocate(size);
  return 0;
}

void *malloc(size_t size) { return allocate(size); }

void free(void *block) {
  if (!block) return;
  uint32_t *header = header_of(block);
  if (*header & 0x80000000u) {
    latch_page_free((uint32_t)header, *header & 0x7FFFFFFFu);
    return;
  }
  struct free_block *freed = (struct free_block *)header;
  uint32_t class = *header;
  freed->next = free_lists[class];
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  free_lists[class] = freed;
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left, *b = right;
  for (; length; length--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  return __builtin_memcpy(to, from, length);
}

void *memmove(void *to, const void *from, size_t length) { return __builtin_memmove(to, from, length); }

void *memset(void *to, int byte, size_t length) { return __builtin_memset(to, byte, length); }

// Other object files cannot see through the call.
uint32_t latch_load_volatile(uint32_t address) { return *(volatile uint32_t *)address; }

void latch_trap(uint32_t *words, uint32_t first, uint32_t second) {
  *(volatile uint32_t *)words = first;
  *(volatile uint32_t *)(words + 1) = second;
  __builtin_trap();
}

// Hash seeds need not be secret here: the guest hashes its own data only.
void arc4random_buf(void *buffer, size_t length) {
  static uint64_t state = 0x9E3779B97F4A7C15u;
  unsigned char *bytes = buffer;
  for (; length; length--) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    *bytes++ = state >> 56;
  }
}

struct u128 {
  uint64_t low, high;
};

// 128-bit multiplication (called with the result's address first).
void __multi3(struct u128 *result, uint64_t a, uint64_t a_high, uint64_t b, uint64_t b_high) {
  uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
  uint64_t ll = al * bl, lh = al * bh, hl = ah * bl, hh = ah * bh;
  uint64_t middle = (ll >> 32) + (uint32_t)lh + (uint32_t)hl;
  result->low = middle << 32 | (uint32_t)ll;
  result->high = hh + (lh >> 32) + (hl >> 32) + (middle >> 32) + a * b_high + a_high * b;
}
