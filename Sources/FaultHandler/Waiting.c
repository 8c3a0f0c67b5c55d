// Threads that wait at an address until they are notified there (memory.atomic.wait and notify). Who waits is in a list, by address; each sleeps on a
// word of its own, so that waits for numbers of 32 and of 64 bits are the same, and so that a signal can end one: the handler of interruptions runs on
// the sleeping thread, and changes the word before the sleep begins or ends (Interrupts.c). Nothing is left to chance: a wait ends by its notice, by its time, or by an
// interruption, and by nothing else.
#define _GNU_SOURCE
#include <errno.h>
#ifdef __linux__
#include <linux/futex.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "Thread.h"

struct latch_waiter {
  struct latch_waiter *next, *previous;
  uintptr_t address;
  /// What it sleeps on: enum latch_parked.
  _Atomic uint32_t state;
  /// Whether it is in the list; with the lock.
  bool is_listed;
};

/// Of all addresses with the same hash, those that came first in front.
struct latch_queue {
  pthread_mutex_t lock;
  struct latch_waiter *first, *last;
  /// How many are in the list; changed with the lock.
  _Atomic uint32_t count;
} __attribute__((aligned(64)));

enum { queue_count = 64 };
#define QUEUE {.lock = PTHREAD_MUTEX_INITIALIZER}
#define QUEUES_8 QUEUE, QUEUE, QUEUE, QUEUE, QUEUE, QUEUE, QUEUE, QUEUE
static struct latch_queue queues[queue_count] = {QUEUES_8, QUEUES_8, QUEUES_8, QUEUES_8, QUEUES_8, QUEUES_8, QUEUES_8, QUEUES_8};

static struct latch_queue *queue_of(uintptr_t address) {
  return &queues[(address >> 2) * (uint64_t)0x9E3779B97F4A7C15 >> 58];
}

static void enlist(struct latch_queue *queue, struct latch_waiter *waiter) {
  waiter->next = NULL;
  waiter->previous = queue->last;
  if (queue->last) queue->last->next = waiter;
  else queue->first = waiter;
  queue->last = waiter;
  waiter->is_listed = true;
}

static void delist(struct latch_queue *queue, struct latch_waiter *waiter) {
  if (waiter->next) waiter->next->previous = waiter->previous;
  else queue->last = waiter->previous;
  if (waiter->previous) waiter->previous->next = waiter->next;
  else queue->first = waiter->next;
  waiter->is_listed = false;
  atomic_fetch_sub(&queue->count, 1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// Sleeps while the word is `latch_waits`, until `end` at most; may return before.
static void sleep_on(_Atomic uint32_t *word, int64_t end) {
#ifdef __linux__
  struct timespec time = {.tv_sec = end / 1000000000, .tv_nsec = end % 1000000000};
  syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, latch_waits, end == INT64_MAX ? NULL : &time, NULL, FUTEX_BITSET_MATCH_ANY);
#else
  struct timespec moment = {0, 200000};
  if (atomic_load(word) == latch_waits && now() < end) nanosleep(&moment, NULL);
#endif
}

static void wake(_Atomic uint32_t *word) {
#ifdef __linux__
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
#endif
}

enum latch_wait_result latch_wait(const void *address, bool is_wide, uint64_t expected, int64_t nanoseconds) {
  struct latch_queue *queue = queue_of((uintptr_t)address);
  int64_t end = INT64_MAX;
  if (nanoseconds >= 0) {
    int64_t present = now();
    if (nanoseconds < INT64_MAX - present) end = present + nanoseconds;
  }
  struct latch_waiter waiter = {.address = (uintptr_t)address};
  atomic_init(&waiter.state, latch_waits);
  pthread_mutex_lock(&queue->lock);
  // Counted before the number is read: who changes it and then finds nobody to notify has changed it before.
  atomic_fetch_add(&queue->count, 1);
  uint64_t found = is_wide ? atomic_load((const _Atomic uint64_t *)address) : atomic_load((const _Atomic uint32_t *)address);
  if (found != (is_wide ? expected : (uint32_t)expected)) {
    atomic_fetch_sub(&queue->count, 1);
    pthread_mutex_unlock(&queue->lock);
    return latch_wait_not_equal;
  }
  enlist(queue, &waiter);
  pthread_mutex_unlock(&queue->lock);

  struct latch_thread *thread = &latch_thread;
  atomic_store(&thread->parked, &waiter.state);
  // An interruption that has come before the handler knew the word.
  if (latch_is_stopping()) {
    uint32_t waits = latch_waits;
    atomic_compare_exchange_strong(&waiter.state, &waits, latch_is_stopped);
  }
  while (atomic_load(&waiter.state) == latch_waits && (end == INT64_MAX || now() < end)) sleep_on(&waiter.state, end);
  atomic_store(&thread->parked, NULL);
  if (atomic_load(&waiter.state) == latch_is_notified) return latch_wait_notified;

  // The time is over, or the thread is to stop: unless a notice has come now.
  pthread_mutex_lock(&queue->lock);
  bool is_listed = waiter.is_listed;
  if (is_listed) delist(queue, &waiter);
  pthread_mutex_unlock(&queue->lock);
  return is_listed ? latch_wait_timed_out : latch_wait_notified;
}

uint32_t latch_notify(const void *address, uint32_t count) {
  struct latch_queue *queue = queue_of((uintptr_t)address);
  // What this thread has stored, by whatever instruction, before it looks for those who wait.
  atomic_thread_fence(memory_order_seq_cst);
  if (count == 0 || atomic_load(&queue->count) == 0) return 0;
  uint32_t notified = 0;
  pthread_mutex_lock(&queue->lock);
  for (struct latch_waiter *waiter = queue->first, *next; waiter && notified < count; waiter = next) {
    next = waiter->next;
    if (waiter->address != (uintptr_t)address) continue;
    // The waiter may be gone as soon as its word says that it is notified. (Waking what has the word's place then does no harm: all sleeps are in loops.)
    _Atomic uint32_t *word = &waiter->state;
    delist(queue, waiter);
    atomic_store(word, latch_is_notified);
    wake(word);
    notified++;
  }
  pthread_mutex_unlock(&queue->lock);
  return notified;
}
