// Interruption: every thread that has run wasm gets a signal, whose handler looks where the thread is. In compiled code, which can be left
// at any instruction, it makes the trap at once. Elsewhere (in a host function, a helper, a thunk on its way) it leaves a note
// in the thread's state, and the thunks look at that before they go back to compiled code.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Registers.h"
#include "Thread.h"

/// A signal that is ignored by default and that hardly anybody uses.
enum { interrupt_signal = SIGURG };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct latch_thread *threads;
static struct sigaction previous;
static bool is_installed;
/// The engine that the signals on their way are about.
static _Atomic uint64_t target;

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
}

static void note_trap(struct latch_thread *thread, uintptr_t pc, uintptr_t frame) {
  thread->interrupted = 0;
  thread->trap.reason = latch_reason_interrupted;
  latch_collect_backtrace(thread, pc, frame);
}

bool latch_is_interrupted(uintptr_t frame) {
  struct latch_thread *thread = &latch_thread;
  if (thread->interrupted != thread->current->engine) return false;
  note_trap(thread, 0, frame);
  return true;
}

static bool is_interruptible(uintptr_t pc) {
  for (const uintptr_t *range = latch_interruptible; *range; range += 2)
    if (pc >= range[0] && pc < range[1]) return true;
  return latch_code_find(pc) != NULL;
}

static void handle(int number, siginfo_t *info, void *opaque) {
  ucontext_t *context = opaque;
  if (info->si_code != SI_TKILL || info->si_pid != getpid()) {
    if (previous.sa_flags & SA_SIGINFO) {
      if (previous.sa_sigaction) previous.sa_sigaction(number, info, opaque);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
      previous.sa_handler(number);
    }
    return;
  }
  struct latch_thread *thread = &latch_thread;
  uint64_t engine = atomic_load(&target);
  for (struct latch_activation *activation = thread->current; activation; activation = activation->previous) {
    if (activation->engine != engine) continue;
    thread->interrupted = engine;
    if (activation == thread->current && is_interruptible((uintptr_t)PC(context))) {
      note_trap(thread, (uintptr_t)PC(context), (uintptr_t)FP(context));
      SP(context) = (__typeof__(SP(context)))activation->host_sp;
      PC(context) = (__typeof__(PC(context)))(uintptr_t)latch_unwind_trap;
    }
    return;
  }
}

void latch_interrupt(uint64_t engine) {
  pthread_mutex_lock(&lock);
  if (!is_installed) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(interrupt_signal, &action, &previous);
    is_installed = true;
  }
  atomic_store(&target, engine);
  int self = (int)syscall(SYS_gettid);
  bool includes_self = false;
  for (struct latch_thread *thread = threads; thread; thread = thread->next) {
    if (thread->id == self) {
      includes_self = true;
    } else {
      syscall(SYS_tgkill, getpid(), thread->id, interrupt_signal);
    }
  }
  pthread_mutex_unlock(&lock);
  if (includes_self) syscall(SYS_tgkill, getpid(), self, interrupt_signal);
}
