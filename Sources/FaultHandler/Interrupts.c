// Interruption: every thread that has run wasm gets a signal, whose handler looks where the thread is. In compiled code, which can be left
// at any instruction, it makes the trap at once. Elsewhere (in a host function, a helper, a thunk) it leaves a note
// in the thread's state, and the thunks look at that before they go back to compiled code.
//
// What the signal is about stands in the thread's list of notices, since signals that meet become one. Time limits use the same signal: a
// thread has a timer of the system that sends it, again and again once the first limit is over, so that calls which begin later are
// stopped too. Without an active limit the timer is off.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#ifdef __linux__
#include <linux/membarrier.h>
#endif
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "Registers.h"
#include "Thread.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/// A signal that is ignored by default and that hardly anybody uses.
enum { interrupt_signal = SIGURG };
/// How often a time limit that is over stops what is running.
static const int64_t repetition = 10000000;

/// For one thread: the code of the engine or store with this number shall stop.
struct latch_notice {
  struct latch_notice *next;
  uint64_t number;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct latch_thread *threads;
static struct sigaction previous;
static bool is_installed;
/// Notices that have been read. Signal handlers put them here; whoever interrupts next frees them.
static _Atomic(struct latch_notice *) spent;

static void put(_Atomic(struct latch_notice *) *list, struct latch_notice *notice) {
  notice->next = atomic_load(list);
  while (!atomic_compare_exchange_weak(list, &notice->next, notice)) {}
}

static void free_all(struct latch_notice *notice) {
  while (notice) {
    struct latch_notice *next = notice->next;
    free(notice);
    notice = next;
  }
}

void latch_enlist(struct latch_thread *thread) {
  // Thread pools start their threads with all signals blocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, interrupt_signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
  pthread_mutex_lock(&lock);
  thread->id = (int)syscall(SYS_gettid);
  for (struct latch_thread *other = threads; other; other = other->next)
    if (other == thread) {
      pthread_mutex_unlock(&lock);
      return;
    }
  thread->next = threads;
  threads = thread;
  pthread_mutex_unlock(&lock);
}

void latch_delist(struct latch_thread *thread) {
  pthread_mutex_lock(&lock);
  for (struct latch_thread **link = &threads; *link; link = &(*link)->next)
    if (*link == thread) {
      *link = thread->next;
      break;
    }
  pthread_mutex_unlock(&lock);
  free_all(atomic_exchange(&thread->notices, NULL));
  if (thread->has_timer) timer_delete(thread->timer);
  thread->has_timer = false;
}

// An activation's `interruption`: the reason in the low byte, above it the number of the engine or store that was interrupted.
static uint64_t make_interruption(uint64_t number, uint32_t reason) { return number << 8 | reason; }
static uint32_t reason_of(uint64_t interruption) { return interruption & 0xFF; }

static bool concerns(uint64_t number, const struct latch_scope *scope) { return number == scope->engine || number == scope->store; }

/// Sets the thread's note of interrupted activations, of which `activation` is the innermost to look at.
static void take_stock(struct latch_thread *thread, const struct latch_activation *activation) {
  while (activation && !activation->interruption) activation = activation->previous;
  thread->interrupted = activation != NULL;
}

static void note_trap(struct latch_thread *thread, uint64_t interruption, uintptr_t pc, uintptr_t frame) {
  take_stock(thread, thread->current->previous);
  thread->trap.reason = reason_of(interruption);
  latch_collect_backtrace(thread, pc, frame);
}

bool latch_is_interrupted(uintptr_t frame) {
  struct latch_thread *thread = &latch_thread;
  if (!thread->current->interruption) return false;
  note_trap(thread, thread->current->interruption, 0, frame);
  return true;
}

bool latch_is_stopping(void) {
  const struct latch_thread *thread = &latch_thread;
  return thread->interrupted && thread->current && thread->current->interruption;
}

void latch_trap_after_helper(uint32_t reason) {
  struct latch_thread *thread = &latch_thread;
  // Of number 0, so that it concerns nothing that is entered later.
  uint64_t none = 0;
  __atomic_compare_exchange_n(
      &thread->current->interruption, &none, make_interruption(0, reason), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  thread->interrupted = 1;
}

bool latch_is_entry_interrupted(void) {
  struct latch_thread *thread = &latch_thread;
  for (const struct latch_activation *activation = thread->current; activation; activation = activation->previous)
    if (activation->interruption && concerns(activation->interruption >> 8, thread->current->scope)) {
      note_trap(thread, activation->interruption, 0, 0);
      return true;
    }
  // It was for others, or they have returned meanwhile.
  take_stock(thread, thread->current);
  return false;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int latch_poll(struct pollfd *requests, size_t count, int milliseconds) {
  int64_t end = milliseconds < 0 ? INT64_MAX : now() + (int64_t)milliseconds * 1000000;
  // Blocked until the wait begins, no signal can come between the question and the wait.
  sigset_t signals, before;
  sigemptyset(&signals);
  sigaddset(&signals, interrupt_signal);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  sigset_t during = before;
  sigdelset(&during, interrupt_signal);
  int result;
  while (true) {
    if (latch_is_stopping()) {
      errno = EINTR;
      result = -1;
      break;
    }
    int64_t left = end - now();
    if (left < 0) left = 0;
    struct timespec time = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    result = ppoll(requests, count, milliseconds < 0 ? NULL : &time, &during);
    if (result >= 0 || errno != EINTR) break;
  }
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return result;
}

static bool is_interruptible(uintptr_t pc) {
  for (const uintptr_t *range = latch_interruptible; *range; range += 2)
    if (pc >= range[0] && pc < range[1]) return true;
  return latch_code_find(pc) != NULL;
}

/// Marks the code of an engine or store that was entered after `base`. The first reason stays, but what an engine's code is told holds for what it
/// enters later, too, whatever its store was told before.
static void mark(struct latch_thread *thread, uint64_t number, const struct latch_activation *base, uint32_t reason) {
  for (struct latch_activation *activation = thread->current; activation && activation != base; activation = activation->previous) {
    if (!concerns(number, activation->scope)) continue;
    if (!activation->interruption || number == activation->scope->engine) {
      uint32_t first = activation->interruption ? reason_of(activation->interruption) : reason;
      activation->interruption = make_interruption(number, first);
    }
    thread->interrupted = 1;
  }
}

static void handle(int number, siginfo_t *info, void *opaque) {
  ucontext_t *context = opaque;
  struct latch_thread *thread = &latch_thread;
  bool is_ours =
      (info->si_code == SI_TKILL && info->si_pid == getpid()) || (info->si_code == SI_TIMER && info->si_value.sival_ptr == thread);
  if (!is_ours) {
    if (previous.sa_flags & SA_SIGINFO) {
      if (previous.sa_sigaction) previous.sa_sigaction(number, info, opaque);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
      previous.sa_handler(number);
    }
    return;
  }
  struct latch_notice *notice = atomic_exchange(&thread->notices, NULL);
  while (notice) {
    struct latch_notice *next = notice->next;
    mark(thread, notice->number, NULL, LATCH_TRAP_INTERRUPTED);
    put(&spent, notice);
    notice = next;
  }
  if (thread->limit) {
    int64_t present = now();
    for (const struct latch_time_limit *limit = thread->limit; limit; limit = limit->previous)
      if (limit->end <= present) mark(thread, limit->number, limit->base, LATCH_TRAP_TIME_LIMIT);
  }
  if (!thread->current || !thread->current->interruption) return;
  _Atomic uint32_t *parked = atomic_load(&thread->parked);
  if (parked) {
    uint32_t waits = latch_waits;
    atomic_compare_exchange_strong(parked, &waits, latch_is_stopped);
  }
  if (!is_interruptible((uintptr_t)PC(context))) return;
  note_trap(thread, thread->current->interruption, (uintptr_t)PC(context), (uintptr_t)FP(context));
  SP(context) = (__typeof__(SP(context)))thread->current->host_sp;
  PC(context) = (__typeof__(PC(context)))(uintptr_t)latch_unwind_trap;
}

/// With the lock.
static void install(void) {
  if (is_installed) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(interrupt_signal, &action, &previous);
  is_installed = true;
}

void latch_interrupt(uint64_t number) {
  pthread_mutex_lock(&lock);
  install();
  free_all(atomic_exchange(&spent, NULL));
  int self = (int)syscall(SYS_gettid);
  bool includes_self = false;
  for (struct latch_thread *thread = threads; thread; thread = thread->next) {
    struct latch_notice *notice = malloc(sizeof *notice);
    if (!notice) break;
    notice->number = number;
    put(&thread->notices, notice);
    if (thread->id == self) {
      includes_self = true;
    } else {
      syscall(SYS_tgkill, getpid(), thread->id, interrupt_signal);
    }
  }
  pthread_mutex_unlock(&lock);
  if (includes_self) syscall(SYS_tgkill, getpid(), self, interrupt_signal);
}

void latch_prepare_interruption(void) {
  static _Atomic bool is_prepared;
  if (atomic_load(&is_prepared)) return;
  pthread_mutex_lock(&lock);
  install();
#ifdef SYS_membarrier
  syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
#endif
  pthread_mutex_unlock(&lock);
  atomic_store(&is_prepared, true);
}

void latch_process_fence(void) {
  int before = errno;
  atomic_thread_fence(memory_order_seq_cst);
#ifdef SYS_membarrier
  syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#endif
  errno = before;
}

bool latch_interrupt_from_handler(uint64_t number) {
  struct latch_thread *thread = &latch_thread;
  // Blocked, the signal waits until the calling handler returns, which puts the mask back: only then the context is that of the code to be stopped.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, interrupt_signal);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  mark(thread, number, NULL, LATCH_TRAP_INTERRUPTED);
  if (!thread->interrupted) return false;
  syscall(SYS_tgkill, getpid(), thread->id, interrupt_signal);
  return true;
}

// ---- Time limits ----

/// Sets the thread's timer to the first end among its limits, or switches it off.
static void set_timer(struct latch_thread *thread) {
  struct itimerspec setting;
  memset(&setting, 0, sizeof setting);
  int64_t first = INT64_MAX;
  for (const struct latch_time_limit *limit = thread->limit; limit; limit = limit->previous)
    if (limit->end < first) first = limit->end;
  if (thread->limit) {
    setting.it_value = (struct timespec){first / 1000000000, first % 1000000000};
    setting.it_interval = (struct timespec){0, repetition};
  }
  timer_settime(thread->timer, TIMER_ABSTIME, &setting, NULL);
}

bool latch_begin_time_limit(struct latch_time_limit *limit, uint64_t number, int64_t nanoseconds) {
  struct latch_thread *thread = &latch_thread;
  if (!latch_prepare_thread()) return false;
  if (!thread->has_timer) {
    pthread_mutex_lock(&lock);
    install();
    pthread_mutex_unlock(&lock);
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = interrupt_signal;
    event.sigev_value.sival_ptr = thread;
    event.sigev_notify_thread_id = thread->id;
    if (timer_create(CLOCK_MONOTONIC, &event, &thread->timer) != 0) return false;
    thread->has_timer = true;
  }
  int64_t present = now();
  // A timer that is set to 0 is off.
  limit->end = nanoseconds < INT64_MAX - present ? present + nanoseconds : INT64_MAX;
  if (limit->end < 1) limit->end = 1;
  limit->number = number;
  limit->base = thread->current;
  limit->previous = thread->limit;
  atomic_signal_fence(memory_order_seq_cst);
  thread->limit = limit;
  set_timer(thread);
  return true;
}

void latch_end_time_limit(struct latch_time_limit *limit) {
  struct latch_thread *thread = &latch_thread;
  thread->limit = limit->previous;
  atomic_signal_fence(memory_order_seq_cst);
  set_timer(thread);
  // What the limit stopped is over.
  take_stock(thread, thread->current);
}
