// A thread's state, shared by the C and assembly parts. The assembly knows where the first fields are.
#pragma once
#include <stdatomic.h>
#include <time.h>

#include "FaultHandler.h"

struct latch_thread {
  /// The innermost activation, or null.
  struct latch_activation *current;
  /// Leaving wasm below this stack address is a stack overflow.
  uintptr_t stack_limit;
  /// The end of the wasm stack, where it starts to grow down; 0 without one.
  uintptr_t stack_high;
  /// The size that was asked for.
  uintptr_t stack_size;
  /// Not 0: an activation of this thread shall stop when it is next reached.
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
  /// The word that the thread sleeps on in `latch_wait`, or null.
  _Atomic(_Atomic uint32_t *) parked;
};

/// What such a word says.
enum latch_parked { latch_waits, latch_is_notified, latch_is_stopped };

LATCH_ASSERT_OFFSET(latch_thread, current, LATCH_THREAD_CURRENT);
LATCH_ASSERT_OFFSET(latch_thread, stack_limit, LATCH_THREAD_STACK_LIMIT);
LATCH_ASSERT_OFFSET(latch_thread, stack_high, LATCH_THREAD_STACK_HIGH);
LATCH_ASSERT_OFFSET(latch_thread, stack_size, LATCH_THREAD_STACK_SIZE);
LATCH_ASSERT_OFFSET(latch_thread, interrupted, LATCH_THREAD_INTERRUPTED);

/// Where an exception is caught. The assembly knows the offsets.
struct latch_landing {
  uintptr_t pc, frame, sp;
};
LATCH_ASSERT_OFFSET(latch_landing, pc, LATCH_LANDING_PC);
LATCH_ASSERT_OFFSET(latch_landing, frame, LATCH_LANDING_FRAME);
LATCH_ASSERT_OFFSET(latch_landing, sp, LATCH_LANDING_SP);
_Static_assert(sizeof(struct latch_landing) == LATCH_LANDING_SIZE, "landings have another size");

/// Finds who catches an exception that leaves the code that `frame` returns to (saved frame pointer, return address). False, after noting the
/// exception, if no wasm function since the last entry from the host does.
__attribute__((visibility("hidden")))
bool latch_find_landing(void *exception, const uintptr_t *frame, struct latch_landing *landing);

extern _Thread_local struct latch_thread latch_thread __attribute__((tls_model("initial-exec")));

void latch_enter(struct latch_activation *activation, struct latch_call *call);
/// Not functions: where to resume after a trap, and the bounds of the thunks that check the stack.
extern const char latch_unwind_trap[], latch_thunks_start[], latch_thunks_end[];
/// Not functions either: where functions return to that were called through a crossing thunk.
extern const char latch_crossing_return[], latch_stack_crossing_return[];

/// Whether a function that returns to this address returns to a crossing frame, in which compiled code goes back to its caller's instance.
static inline bool latch_is_crossing(uintptr_t address) {
  return address == (uintptr_t)latch_crossing_return || address == (uintptr_t)latch_stack_crossing_return;
}

/// Pairs of addresses, ended by 0: thunk code that looks at `interrupted` for the last time, or has done so. It may be left
/// at any instruction, like compiled code.
extern const uintptr_t latch_interruptible[];

/// Ends the process with a message if an access that the system has refused is to a file that is mapped (MappedFiles.c). Async-signal-safe.
__attribute__((visibility("hidden")))
void latch_end_if_file_is_shorter(uintptr_t address);

/// Says on the standard error which WebAssembly functions are active on a thread whose fault is nobody's trap. Async-signal-safe.
__attribute__((visibility("hidden")))
void latch_report_crash(const struct latch_thread *thread, int signal, uintptr_t address, uintptr_t pc, uintptr_t frame);
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
/// The same for code that is about to be entered: it stops also if an interruption of its engine or store has reached an outer activation.
__attribute__((visibility("hidden")))
bool latch_is_entry_interrupted(void);
