// The signal handler. A fault is a trap only when wasm is active on the thread and either the faulting instruction is in compiled code and
// is a recorded trap site, or the access hit the guard zone of the wasm stack from compiled code or a thunk. Every other fault
// is handed back: the previous action is restored and the instruction repeats (calling a previous handler from here is known to
// hang some of them).
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Registers.h"
#include "Thread.h"

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
enum { signal_count = 4 };
static struct sigaction previous[signal_count];
bool latch_handler_is_installed;
static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;

/// Hands a signal back to whoever had it before. If that ends the process while wasm is active, it says in which functions.
static void hand_back(int number, siginfo_t *info, ucontext_t *context) {
  for (int index = 0; index < signal_count; index++) {
    if (signals[index] != number) continue;
    bool is_fatal = !(previous[index].sa_flags & SA_SIGINFO) && previous[index].sa_handler == SIG_DFL;
    if (is_fatal && latch_thread.current && info->si_code > 0)
      latch_report_crash(&latch_thread, number, (uintptr_t)info->si_addr, (uintptr_t)PC(context), (uintptr_t)FP(context));
    sigaction(number, &previous[index], NULL);
  }
  __atomic_store_n(&latch_handler_is_installed, false, __ATOMIC_SEQ_CST);
  // A fault repeats by itself; a signal that was sent has to be sent again.
  if (info->si_code <= 0) syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), number);
}

static uint64_t read_number(const uint8_t **next) {
  uint64_t result = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint8_t byte = *(*next)++;
    result |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return result;
}

bool latch_find_site(const struct latch_code *code, uint32_t offset, struct latch_site *site) {
  const uint8_t *next = code->sites;
  struct latch_site last = {0, 0, 0};
  for (uint32_t index = 0; index < code->site_count; index++) {
    last.code_offset += (uint32_t)read_number(&next);
    uint64_t distance = read_number(&next);
    last.wasm_offset += (uint32_t)(distance >> 1 ^ -(distance & 1));
    last.reason = *next++;
    if (last.code_offset < offset) continue;
    *site = last;
    return last.code_offset == offset;
  }
  return false;
}

/// Collects return addresses along the frame pointers, up to the entry frame, whose frame pointer is 0.
void latch_collect_backtrace(struct latch_thread *thread, uintptr_t pc, uintptr_t frame) {
  struct latch_trap *trap = &thread->trap;
  uint32_t count = 0;
  trap->starts_at_fault = latch_code_find(pc) != NULL;
  if (trap->starts_at_fault) trap->frames[count++] = pc;
  while (count < latch_backtrace_capacity && frame >= thread->stack_low && frame + 16 <= thread->stack_high) {
    uintptr_t next = ((uintptr_t *)frame)[0], address = ((uintptr_t *)frame)[1];
    if (!latch_is_crossing(address)) {
      if (!latch_code_find(address - 1)) break;
      trap->frames[count++] = address;
    }
    if (next <= frame) break;
    frame = next;
  }
  trap->frame_count = count;
}

static void handle(int number, siginfo_t *info, void *opaque) {
  ucontext_t *context = opaque;
  struct latch_thread *thread = &latch_thread;
  uintptr_t pc = (uintptr_t)PC(context), address = (uintptr_t)info->si_addr;
  if (number == SIGBUS && info->si_code > 0) latch_end_if_file_is_shorter(address);
  if (thread->current == NULL || info->si_code <= 0) return hand_back(number, info, context);
  bool in_thunk = pc >= (uintptr_t)latch_thunks_start && pc < (uintptr_t)latch_thunks_end;
  const struct latch_code *code = in_thunk ? NULL : latch_code_find(pc);
  if (!code && !in_thunk) return hand_back(number, info, context);
  bool is_access = number == SIGSEGV || number == SIGBUS;
  if (is_access && address - thread->guard_low < LATCH_STACK_GUARD) {
    thread->trap.reason = LATCH_TRAP_STACK_OVERFLOW;
  } else if (in_thunk && number == SIGILL) {
    thread->trap.reason = LATCH_TRAP_STACK_OVERFLOW;
  } else {
    struct latch_site site;
    if (!code || !latch_find_site(code, (uint32_t)(pc - code->start), &site)) return hand_back(number, info, context);
    thread->trap.reason = site.reason;
  }
  latch_collect_backtrace(thread, pc, (uintptr_t)FP(context));
  SP(context) = (__typeof__(SP(context)))thread->current->host_sp;
  PC(context) = (__typeof__(PC(context)))(uintptr_t)latch_unwind_trap;
}

void latch_install_handler(void) {
  if (latch_handler_is_ready()) return;
  pthread_mutex_lock(&install_lock);
  if (!__atomic_load_n(&latch_handler_is_installed, __ATOMIC_SEQ_CST)) {
    for (int index = 0; index < signal_count; index++) {
      struct sigaction action, old;
      memset(&action, 0, sizeof action);
      action.sa_sigaction = handle;
      action.sa_flags = SA_SIGINFO | SA_ONSTACK;
      sigemptyset(&action.sa_mask);
      sigaction(signals[index], &action, &old);
      if (old.sa_sigaction != handle) previous[index] = old;
    }
    __atomic_store_n(&latch_handler_is_installed, true, __ATOMIC_SEQ_CST);
  }
  pthread_mutex_unlock(&install_lock);
}
