// The boundary between Swift and compiled WebAssembly: entering compiled code, leaving it for the host, and turning faults in it
// into traps. C and assembly, because a signal handler and a stack switch can be nothing else.
//
// Every thread that runs wasm has a wasm stack with a guard zone, an alternate signal stack, and a chain of activations, one per entry
// from the host that has not returned. A trap unwinds to the innermost activation: no frame of the host is ever skipped. Register
// conventions are RuntimeLayout's (CallingConvention.swift).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// ---- Calling wasm ----

/// One call from the host: what to put in registers, and where results come out. The assembly knows this layout.
struct latch_call {
  const void *_Nullable code;
  void *_Nullable context;
  void *_Nullable memory_base;
  uint64_t integers[6];
  uint64_t floats[8];
  /// Arguments that found no register, in stack order, padded to an even number with anything.
  const uint64_t *_Nullable stack_arguments;
  uint64_t stack_argument_count;
  /// Where result 1 goes (counted from 0); the ones after it go below, descending.
  uint64_t *_Nullable further_results;
  /// The first result, if it is an integer or a reference; if it is a float.
  uint64_t integer_result;
  uint64_t float_result;
};

/// How a call ended.
enum latch_outcome {
  latch_returned = 0,
  /// A trap: see latch_last_trap.
  latch_trapped = 1,
  /// A host function failed; the error is with the caller.
  latch_host_failed = 2,
  /// There was no memory for the thread's wasm stack.
  latch_no_stack = 3,
  /// An exception that nobody caught: see latch_last_exception.
  latch_threw = 4,
  /// A direct call found no stack on this thread, or one of another size.
  latch_not_ready = 5,
};

/// Calls compiled code on the thread's wasm stack, which is made anew if it has not `stack_size` bytes. `engine` is what latch_interrupt
/// goes by; not 0.
int latch_invoke(struct latch_call *call, size_t stack_size, uint64_t engine);

/// Makes all code of an engine that runs now, on whatever thread, trap soon: at once where compiled code is running, and else when the host
/// function or helper that it has called returns. Works by signals: code that is not interrupted pays nothing.
void latch_interrupt(uint64_t engine);

/// A time limit: the code of an engine that this thread enters while it is active stops when the time is over.
struct latch_time_limit {
  struct latch_time_limit *_Nullable previous;
  /// The innermost activation at the beginning: older ones are not concerned.
  const struct latch_activation *_Nullable base;
  uint64_t engine;
  /// In nanoseconds of the monotonic clock.
  int64_t end;
};

/// Limits end in the opposite order. False when the system has no timer or memory left.
bool latch_begin_time_limit(struct latch_time_limit *limit, uint64_t engine, int64_t nanoseconds);
void latch_end_time_limit(struct latch_time_limit *limit);

/// An entry from the host into wasm that has not returned. The assembly knows this layout.
struct latch_activation {
  /// The host's stack pointer at the entry; unwinding restores it.
  uintptr_t host_sp;
  /// Where the wasm stack starts for this entry; 0: stay on the current stack.
  uintptr_t wasm_sp;
  struct latch_activation *_Nullable previous;
  /// How it ended: set by unwinding only.
  uint64_t outcome;
  /// The number of the engine whose code runs; not 0.
  uint64_t engine;
  /// The reason why this code shall stop when it is next reached, or 0.
  uint64_t interruption;
};

/// The fast way to call functions whose arguments all go in registers: wasm's first six integer and all its float registers are those of the C
/// convention, so they pass through untouched. The assembly knows this layout.
struct latch_direct_call {
  struct latch_activation activation;
  const void *_Nullable code;
  void *_Nullable context;
  uint64_t stack_size;
};

/// The first result: as an integer or reference, and as a float. Comes in the registers that wasm uses.
struct latch_direct_results {
  uint64_t integer;
  double real;
};

/// Afterwards `call->activation.outcome` is an enum latch_outcome. The outcome `latch_not_ready` means that nothing was called: see
/// latch_prepare_call.
struct latch_direct_results latch_call_direct(
    uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5, double f0, double f1, double f2, double f3,
    double f4, double f5, double f6, double f7, struct latch_direct_call *call);
/// Gives the thread what it needs for direct calls. Returns false when there is no memory for a stack.
bool latch_prepare_call(size_t stack_size);

// ---- Traps ----

enum { latch_backtrace_capacity = 64 };

/// The last trap of this thread.
struct latch_trap {
  /// RuntimeLayout's TrapReason.
  uint32_t reason;
  uint32_t frame_count;
  /// Whether the first frame is the trapping instruction; otherwise all are return addresses.
  bool starts_at_fault;
  /// Program counters, innermost first.
  uintptr_t frames[latch_backtrace_capacity];
};

const struct latch_trap *latch_last_trap(void);

/// The last uncaught exception of this thread: the address of an ExceptionRecord.
void *_Nullable latch_last_exception(void);

/// Installs the signal handler; once per process, later calls do nothing unless another handler took the place.
void latch_install_handler(void);
extern bool latch_handler_is_installed;
static inline bool latch_handler_is_ready(void) {
  return __atomic_load_n(&latch_handler_is_installed, __ATOMIC_RELAXED);
}

/// Unmaps this thread's wasm stack if no wasm is active on it (also done at the thread's end).
void latch_release_stack(void);

/// The part of this thread's wasm stack that is in use; false when no wasm is active.
bool latch_active_stack(uintptr_t *low, uintptr_t *high);

/// Bytes left on the wasm stack below the current frame; SIZE_MAX when no wasm is active.
size_t latch_stack_headroom(void);

// ---- Which code is where ----

/// As RuntimeLayout's TrapSite.
struct latch_site {
  uint32_t code_offset;
  uint32_t wasm_offset;
  uint32_t reason;
};

/// A piece of compiled code. Entries are found by address, without locks, from a signal handler.
struct latch_code {
  uintptr_t start;
  uint32_t size;
  uint32_t function_index;
  /// Sorted by code offset.
  const struct latch_site *_Nullable sites;
  uint32_t site_count;
  uint32_t unused;
  /// RuntimeLayout's HandlerTable.
  const uint32_t *_Nullable handlers;
  /// The owner's own word.
  void *_Nullable owner;
};

/// Declares the address range in which all compiled code will lie. Returns false when memory is short.
bool latch_code_map_init(uintptr_t base, size_t size);
/// Makes code known. The sites and the handler table must stay where they are until the code is unregistered. Returns 0 when there are too
/// many entries, otherwise the entry's number.
uint32_t latch_code_register(uintptr_t start, uint32_t size, uint32_t function_index, const void *_Nullable sites,
                             uint32_t site_count, const uint32_t *_Nullable handlers, void *_Nullable owner);
void latch_code_unregister(uint32_t number);
/// The entry whose code contains `pc`, or null.
const struct latch_code *_Nullable latch_code_find(uintptr_t pc);

// ---- Leaving wasm ----

/// How a host function ended.
enum latch_host_outcome {
  /// With an error that the owner keeps: wasm is unwound to its entry.
  latch_host_error = 0,
  latch_host_returned = 1,
  /// With an exception, whose address is the result: it goes on in wasm.
  latch_host_threw = 2,
};

/// What a host function finds: argument registers as they were, and places for results.
struct latch_host_frame {
  uint64_t integers[6];
  uint64_t floats[8];
  const uint64_t *_Nullable stack_arguments;
  uint64_t *_Nullable further_results;
  /// The instance context of the caller.
  void *_Nullable caller;
  uint64_t result;
};

/// The context block of a host function; its FunctionRecord's context points here. The assembly knows this layout.
struct latch_host_function {
  /// Does the work. Returns a latch_host_outcome.
  int (*_Nonnull implementation)(struct latch_host_function *self, struct latch_host_frame *frame);
  /// Bytes of stack arguments to pop.
  uint64_t stack_area;
  /// The owner's own words.
  void *_Nullable owner;
  uint64_t data;
};

/// The code address of every host function.
const void *latch_host_thunk(void);

/// The code address that lazy stubs jump to: compiles the function in the index register, of the instance in the context
/// register, and goes on there.
const void *latch_lazy_thunk(void);
/// Sets who compiles: returns the code's address, or null when the call must fail as a host function's failure does.
void latch_set_lazy_compiler(const void *_Nullable (*_Nonnull compile)(void *context, uint32_t function_index));

/// The code addresses that baseline code calls when a function's count is spent: at its entry, and at the head of a loop.
const void *latch_hot_entry_thunk(void);
const void *latch_hot_loop_thunk(void);
/// Sets who decides then. `loop`: the offset of the loop in the function's body, or all ones at the entry. For a loop the result is where to go
/// on, or null to stay; for an entry it is not looked at.
void latch_set_tier_up(const void *_Nullable (*_Nonnull tier_up)(void *context, uint32_t function_index, uint32_t loop));

enum { latch_helper_count = 16 };
/// Code addresses for the context's helper table: each checks the stack's headroom, then calls the implementation.
extern const void *_Nonnull const latch_helper_thunks[latch_helper_count];
/// The implementations, indexed like the thunks; set once before any code runs.
extern const void *_Nullable latch_helper_implementations[latch_helper_count];

static inline uint64_t latch_atomic_add(uint64_t *word, int64_t amount) {
  return __atomic_fetch_add(word, (uint64_t)amount, __ATOMIC_SEQ_CST);
}

// ---- Accessors, since Swift sees C arrays as tuples ----

static inline const void *latch_helper_thunk_table(void) { return latch_helper_thunks; }
static inline void latch_set_helper(int index, const void *implementation) {
  latch_helper_implementations[index] = implementation;
}
static inline void latch_set_integer(struct latch_call *call, size_t index, uint64_t word) { call->integers[index] = word; }
static inline void latch_set_float(struct latch_call *call, size_t index, uint64_t word) { call->floats[index] = word; }
static inline uint64_t latch_get_integer(const struct latch_host_frame *frame, size_t index) {
  return frame->integers[index];
}
static inline uint64_t latch_get_float(const struct latch_host_frame *frame, size_t index) { return frame->floats[index]; }

#pragma clang assume_nonnull end
