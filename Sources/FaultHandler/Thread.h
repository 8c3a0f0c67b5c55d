// A thread's state, shared by the C and assembly parts. The assembly knows the offsets of the first fields.
#pragma once
#include <stdatomic.h>
#include <time.h>

#include "FaultHandler.h"

struct latch_thread {
  /// The innermost activation, or null. Offset 0.
  struct latch_activation *current;
  /// Leaving wasm below this stack address is a stack overflow. Offset 8.
  uintptr_t stack_limit;
  /// The end of the wasm stack, where it starts to grow down; 0 without one. Offset 16.
  uintptr_t stack_high;
  /// The size that was asked for. Offset 24.
  uintptr_t stack_size;
  /// The engine of an activation that shall stop when it is next reached, or 0: there is none. Offset 32.
  uint64_t interrupted;
  uintptr_t guard_low;
  uintptr_t stack_low;
  void *alternate_stack;
  bool is_prepared;
  /// In the list of all threads that have run wasm.
  struct latch_thread *next;
  int id;
  /// What interruptions are about, not yet seen by the signal handler.
  _Atomic(struct latch_notice *) notices;
  /// The innermost active time limit.
  struct latch_time_limit *limit;
  timer_t timer;
  bool has_timer;
  void *exception;
  struct latch_trap trap;
};

/// Where an exception is caught. The assembly knows the offsets.
struct latch_landing {
  uintptr_t pc, frame, sp;
};

/// Finds who catches an exception that leaves the code behind `frame` (saved frame pointer, return address). False, after noting the
/// exception, if no wasm function since the last entry from the host does.
__attribute__((visibility("hidden")))
bool latch_find_landing(void *exception, const uintptr_t *frame, struct latch_landing *landing);

extern _Thread_local struct latch_thread latch_thread __attribute__((tls_model("initial-exec")));

void latch_enter(struct latch_activation *activation, struct latch_call *call);
/// Not functions: where to resume after a trap, and the bounds of the thunks that check the stack.
extern const char latch_unwind_trap[], latch_thunks_start[], latch_thunks_end[];

/// Pairs of addresses, ended by 0: thunk code that looks at `interrupted` for the last time, or has done so. It may be left
/// at any instruction, like compiled code.
extern const uintptr_t latch_interruptible[];

__attribute__((visibility("hidden")))
void latch_collect_backtrace(struct latch_thread *thread, uintptr_t pc, uintptr_t frame);
/// Gives this thread what it needs to be interrupted and to take faults; false when memory is short.
__attribute__((visibility("hidden")))
bool latch_prepare_thread(void);
/// Puts a thread into the list, and takes it out.
__attribute__((visibility("hidden")))
void latch_enlist(struct latch_thread *thread);
__attribute__((visibility("hidden")))
void latch_delist(struct latch_thread *thread);
/// Whether the code that is to go on now shall stop; then the trap has been noted.
__attribute__((visibility("hidden")))
bool latch_is_interrupted(uintptr_t frame);
/// The same for code that is about to be entered: it stops also if an outer activation of its engine shall.
__attribute__((visibility("hidden")))
bool latch_is_entry_interrupted(void);

static const size_t latch_guard_size = 1 << 20;
static const size_t latch_host_headroom = 256 << 10;
enum { latch_reason_stack_overflow = 9, latch_reason_interrupted = 11, latch_reason_time_limit = 12 };
