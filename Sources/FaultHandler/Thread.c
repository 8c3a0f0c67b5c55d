// Threads: wasm stacks, alternate signal stacks, entering wasm.
#define _GNU_SOURCE
#include "Thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Thread_local struct latch_thread latch_thread __attribute__((tls_model("initial-exec")));

static pthread_key_t thread_key;
static pthread_once_t thread_key_once = PTHREAD_ONCE_INIT;
static const size_t alternate_stack_size = 64 << 10;
/// Of a wasm stack, what is given in small pages.
#define LATCH_SMALL_STACK ((size_t)4 << 20)

static void unmap_stack(struct latch_thread *thread) {
  if (thread->stack_high == 0) return;
  munmap((void *)thread->guard_low, thread->stack_high - thread->guard_low);
  thread->guard_low = thread->stack_low = thread->stack_high = thread->stack_size = thread->stack_limit = 0;
}

static void end_thread(void *pointer) {
  struct latch_thread *thread = pointer;
  latch_delist(thread);
  unmap_stack(thread);
  if (thread->alternate_stack) {
    stack_t off = {.ss_flags = SS_DISABLE};
    sigaltstack(&off, NULL);
    munmap(thread->alternate_stack, alternate_stack_size);
    thread->alternate_stack = NULL;
  }
  thread->is_prepared = false;
}

static void make_thread_key(void) { pthread_key_create(&thread_key, end_thread); }

/// Gives the thread an alternate signal stack unless it has one that is large enough.
static bool prepare_thread(struct latch_thread *thread) {
  pthread_once(&thread_key_once, make_thread_key);
  pthread_setspecific(thread_key, thread);
  latch_enlist(thread);
  stack_t present;
  if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE) == 0 && present.ss_size >= alternate_stack_size / 2) {
    thread->is_prepared = true;
    return true;
  }
  void *memory = mmap(NULL, alternate_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  stack_t alternate = {.ss_sp = memory, .ss_size = alternate_stack_size};
  if (sigaltstack(&alternate, NULL) != 0) {
    munmap(memory, alternate_stack_size);
    return false;
  }
  thread->alternate_stack = memory;
  thread->is_prepared = true;
  return true;
}

bool latch_prepare_thread(void) { return latch_thread.is_prepared || prepare_thread(&latch_thread); }

static bool map_stack(struct latch_thread *thread, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), wanted = size;
  if (size < 2 * LATCH_HOST_HEADROOM) size = 2 * LATCH_HOST_HEADROOM;
  size = (size + page - 1) & ~(page - 1);
  if (size > SIZE_MAX / 2) return false;
  void *memory = latch_reserve(size + LATCH_STACK_GUARD, false);
  if (!memory) return false;
  uintptr_t low = (uintptr_t)memory + LATCH_STACK_GUARD;
  if (mprotect((void *)low, size, PROT_READ | PROT_WRITE) != 0) {
    munmap(memory, size + LATCH_STACK_GUARD);
    return false;
  }
  // Who gets that deep usually goes on.
  if (size > LATCH_SMALL_STACK) latch_prefer_large_pages((void *)low, size - LATCH_SMALL_STACK);
  thread->guard_low = (uintptr_t)memory;
  thread->stack_low = low;
  thread->stack_high = low + size;
  thread->stack_size = wanted;
  thread->stack_limit = low + LATCH_HOST_HEADROOM;
  return true;
}

bool latch_prepare_call(size_t stack_size) {
  struct latch_thread *thread = &latch_thread;
  if (thread->current != NULL) return true;
  if (!latch_prepare_thread()) return false;
  if (thread->stack_size == stack_size && thread->stack_high) return true;
  unmap_stack(thread);
  return map_stack(thread, stack_size);
}

int latch_invoke(struct latch_call *call, size_t stack_size, const struct latch_scope *scope) {
  struct latch_thread *thread = &latch_thread;
  struct latch_activation activation = {.previous = thread->current, .scope = scope};
  if (thread->current == NULL) {
    if (!latch_prepare_call(stack_size)) return latch_no_stack;
    thread->interrupted = 0;
    activation.wasm_sp = thread->stack_high;
  }
  thread->current = &activation;
  latch_enter(&activation, call);
  thread->current = activation.previous;
  return (int)activation.outcome;
}

void latch_release_stack(void) {
  if (latch_thread.current == NULL) unmap_stack(&latch_thread);
}

size_t latch_stack_headroom(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  struct latch_thread *thread = &latch_thread;
  if (thread->current == NULL || here < thread->stack_low || here > thread->stack_high) return SIZE_MAX;
  return here - thread->stack_low;
}

bool latch_active_stack(uintptr_t *low, uintptr_t *high) {
  struct latch_thread *thread = &latch_thread;
  if (thread->current == NULL) return false;
  uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)7;
  // Called on another stack: all of it.
  *low = here >= thread->stack_low && here < thread->stack_high ? here : thread->stack_low;
  *high = thread->stack_high;
  return true;
}

__attribute__((noinline))
void latch_visit_stack(void (*visit)(uintptr_t low, uintptr_t high, void *state), void *state) {
  // All registers that callers may have left a reference in are saved in this frame, above its lowest word.
  __builtin_unwind_init();
  volatile uintptr_t lowest = 0;
  uintptr_t low, high, here = (uintptr_t)&lowest & ~(uintptr_t)15;
  if (!latch_active_stack(&low, &high)) return;
  if (here >= latch_thread.stack_low && here < high) low = here;
  visit(low, high, state);
}

const struct latch_trap *latch_last_trap(void) { return &latch_thread.trap; }
