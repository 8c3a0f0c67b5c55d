// The boundary between Swift and compiled WebAssembly: entering compiled code, leaving it for the host, and turning faults in it
// into traps. C and assembly, because a signal handler and a stack switch can be nothing else.
//
// Every thread that runs wasm has a wasm stack with a guard zone, an alternate signal stack, and a chain of activations, one per entry
// from the host that has not returned. A trap unwinds to the innermost activation: no frame of the host is ever skipped. Register
// conventions are RuntimeLayout's (CallingConvention.swift).
#pragma once
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "BoundaryLayout.h"

#pragma clang assume_nonnull begin

// ---- Calling wasm ----

/// What a float register holds: a float or double in the low bytes, or 128 bits.
struct latch_vector {
  uint64_t low, high;
};

/// One call from the host: what to put in registers, and where results come out. The assembly knows this layout.
struct latch_call {
  const void *_Nullable code;
  void *_Nullable context;
  void *_Nullable memory_base;
  uint64_t integers[LATCH_INTEGER_ARGUMENTS];
  struct latch_vector floats[LATCH_FLOAT_ARGUMENTS];
  /// The words of arguments that found no register, in stack order; a vector has two. The area on the wasm stack starts at a multiple of 16.
  const uint64_t *_Nullable stack_arguments;
  uint64_t stack_argument_count;
  /// Where result 1 goes (counted from 0); the ones after it go below, descending.
  uint64_t *_Nullable further_results;
  /// The first result, if it is an integer or a reference; if it is a float or a vector.
  uint64_t integer_result;
  struct latch_vector float_result;
};
LATCH_ASSERT_OFFSET(latch_call, code, LATCH_CALL_CODE);
LATCH_ASSERT_OFFSET(latch_call, context, LATCH_CALL_CONTEXT);
LATCH_ASSERT_OFFSET(latch_call, memory_base, LATCH_CALL_MEMORY_BASE);
LATCH_ASSERT_OFFSET(latch_call, integers, LATCH_CALL_INTEGERS);
LATCH_ASSERT_OFFSET(latch_call, floats, LATCH_CALL_FLOATS);
LATCH_ASSERT_OFFSET(latch_call, stack_arguments, LATCH_CALL_STACK_ARGUMENTS);
LATCH_ASSERT_OFFSET(latch_call, stack_argument_count, LATCH_CALL_STACK_ARGUMENT_COUNT);
LATCH_ASSERT_OFFSET(latch_call, further_results, LATCH_CALL_FURTHER_RESULTS);
LATCH_ASSERT_OFFSET(latch_call, integer_result, LATCH_CALL_INTEGER_RESULT);
LATCH_ASSERT_OFFSET(latch_call, float_result, LATCH_CALL_FLOAT_RESULT);

/// How a call ended.
enum latch_outcome {
  latch_returned = 0,
  /// A trap: see latch_last_trap.
  latch_trapped = LATCH_OUTCOME_TRAPPED,
  /// A host function failed; the error is with the caller.
  latch_host_failed = LATCH_OUTCOME_HOST_FAILED,
  /// There was no memory for the thread's wasm stack.
  latch_no_stack = 3,
  /// An exception that nobody caught: see latch_last_exception.
  latch_threw = LATCH_OUTCOME_THREW,
  /// A direct call found no stack on this thread, or one of another size.
  latch_not_ready = LATCH_OUTCOME_NOT_READY,
};

/// Whose code runs: numbers of a store and of its engine, unique in the process among both kinds; not 0.
struct latch_scope {
  uint64_t engine, store;
};

/// Calls compiled code on the thread's wasm stack, which is made anew if it has not `stack_size` bytes. `scope` is what interruption goes by.
int latch_invoke(struct latch_call *call, size_t stack_size, const struct latch_scope *scope);

/// Whether the code that has called out of wasm will be stopped when it is reached again: what takes long may as well end now.
bool latch_is_stopping(void);
/// As poll(2), for a host function that waits: ends with EINTR when the code that has called it is to be stopped, and for no other signal.
int latch_poll(struct pollfd *_Nullable requests, size_t count, int milliseconds);

/// How a wait ended.
enum latch_wait_result {
  latch_wait_notified = 0,
  /// There was another number.
  latch_wait_not_equal = 1,
  /// The time was over; or the code that has called is to be stopped.
  latch_wait_timed_out = 2,
};

/// If the number of 32 or 64 bits at an address is the expected one: waits until the address is notified, or for so many nanoseconds; without end if they
/// are negative. Between the comparison and the wait no notice is lost.
enum latch_wait_result latch_wait(const void *address, bool is_wide, uint64_t expected, int64_t nanoseconds);
/// Ends the wait of at most `count` threads at an address, of those that came first. Returns their number.
uint32_t latch_notify(const void *address, uint32_t count);

/// For a runtime helper: the code that has called it traps when it returns.
void latch_trap_after_helper(uint32_t reason);

/// Makes all code of an engine or a store that runs now, on whatever thread, trap soon: at once where compiled code is running, and else when
/// the host function or helper that it has called returns. Works by signals: code that is not interrupted pays nothing.
void latch_interrupt(uint64_t number);

/// For the next two functions: sets up what signal handlers cannot.
void latch_prepare_interruption(void);
/// A fence for all threads of the process: each of them passes it at some moment during the call, between two of its own loads and stores, and needs none of its own.
/// Async-signal-safe. Where the system has no such thing it is one for this thread.
void latch_process_fence(void);

/// As `latch_interrupt`, for the calling thread alone and from a signal handler that interrupted it: what the thread was doing traps when the handler
/// returns. False if it does not run that code. Async-signal-safe.
bool latch_interrupt_from_handler(uint64_t number);

/// A time limit: the code of an engine or a store that this thread enters while it is active stops when the time is over.
struct latch_time_limit {
  struct latch_time_limit *_Nullable previous;
  /// The innermost activation at the beginning: older ones are not concerned.
  const struct latch_activation *_Nullable base;
  uint64_t number;
  /// In nanoseconds of the monotonic clock.
  int64_t end;
};

/// Limits end in the opposite order. False when the system has no timer or memory left.
bool latch_begin_time_limit(struct latch_time_limit *limit, uint64_t number, int64_t nanoseconds);
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
  const struct latch_scope *_Nullable scope;
  /// Why this code shall stop when it is next reached: a trap reason, and above it the number of the engine or store that was interrupted; or 0.
  uint64_t interruption;
};
LATCH_ASSERT_OFFSET(latch_activation, host_sp, LATCH_ACTIVATION_HOST_SP);
LATCH_ASSERT_OFFSET(latch_activation, wasm_sp, LATCH_ACTIVATION_WASM_SP);
LATCH_ASSERT_OFFSET(latch_activation, previous, LATCH_ACTIVATION_PREVIOUS);
LATCH_ASSERT_OFFSET(latch_activation, outcome, LATCH_ACTIVATION_OUTCOME);

/// Calls functions whose arguments all go in registers, which is fast: wasm's first six integer and all its float registers are those of the C
/// convention, so they pass through untouched. The assembly knows this layout.
struct latch_direct_call {
  struct latch_activation activation;
  const void *_Nullable code;
  void *_Nullable context;
  uint64_t stack_size;
};
LATCH_ASSERT_OFFSET(latch_direct_call, code, LATCH_DIRECT_CODE);
LATCH_ASSERT_OFFSET(latch_direct_call, context, LATCH_DIRECT_CONTEXT);
LATCH_ASSERT_OFFSET(latch_direct_call, stack_size, LATCH_DIRECT_STACK_SIZE);

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

/// Calls `visit` with the bounds of this thread's wasm stack in use, to which the callers' registers have been saved; not at all when no wasm is active.
void latch_visit_stack(void (*visit)(uintptr_t low, uintptr_t high, void *_Nullable state), void *_Nullable state);

/// Bytes left on the wasm stack below the current frame; SIZE_MAX when no wasm is active.
size_t latch_stack_headroom(void);

/// Processors that the process may use.
int latch_available_processors(void);

/// The number by which the system knows the calling thread; that of the process where threads have none.
int latch_thread_number(void);

// ---- Address space ----

/// Reserves pages, which take memory only when they are written; usable ones read as zero, the others can be made so. Null when there is no address space, or
/// too little would be left. Given back with munmap.
void *_Nullable latch_reserve(size_t size, bool is_usable);

/// Says that reserved address space is going to be written from its start to its end, so that the system may give it large pages where it has them: a fault for
/// each of them rather than for each small one.
void latch_prefer_large_pages(void *_Nonnull memory, size_t size);

/// Notes that a file's bytes are mapped: if the file is made shorter, an access to what is gone ends the process with a message and code 1.
void latch_note_file(const void *_Nonnull start, size_t size);

/// To be called before the bytes are unmapped.
void latch_forget_file(const void *_Nonnull start);

/// Addresses of whole pages. (As the system's struct page_region.)
struct latch_page_range {
  uint64_t start, end, kinds;
};

/// Whether the system says which pages of private mappings were written. It is asked once.
bool latch_knows_written_pages(void);

/// The ranges of the pages in `start ..< start + size`, all of private mappings, that the process has written since they were mapped or discarded; in ascending order. -1 if they
/// are more than `count` ranges, or `most_pages` pages or more, or not known.
int latch_written_pages(const void *_Nonnull start, size_t size, struct latch_page_range *_Nonnull ranges, size_t count, size_t most_pages);

// ---- Which code is where ----

/// As RuntimeLayout's TrapSite.
struct latch_site {
  uint32_t code_offset;
  uint32_t wasm_offset;
  uint32_t reason;
};
LATCH_ASSERT_OFFSET(latch_site, code_offset, LATCH_SITE_CODE_OFFSET);
LATCH_ASSERT_OFFSET(latch_site, wasm_offset, LATCH_SITE_WASM_OFFSET);
LATCH_ASSERT_OFFSET(latch_site, reason, LATCH_SITE_REASON);
_Static_assert(sizeof(struct latch_site) == LATCH_SITE_SIZE, "Swift's trap sites have another size");

/// A piece of compiled code. Entries are found by address, without locks, from a signal handler.
struct latch_code {
  uintptr_t start;
  uint32_t size;
  uint32_t function_index;
  /// Trap sites, sorted by code offset, in few bytes (CompilerInterface's SitePacking).
  const uint8_t *_Nullable sites;
  uint32_t site_count;
  /// Bytes of `names`.
  uint32_t names_size;
  /// RuntimeLayout's HandlerTable.
  const uint32_t *_Nullable handlers;
  /// The content of the module's name section, for crash reports.
  const uint8_t *_Nullable names;
  /// The owner's own word.
  void *_Nullable owner;
};

/// The site at an offset of some code. False if there is none. For signal handlers, too.
bool latch_find_site(const struct latch_code *_Nonnull code, uint32_t offset, struct latch_site *_Nonnull site);

/// An address range in which compiled code lies. Opaque.
struct latch_code_region;

/// Declares an address range in which compiled code will lie. Null when memory is short or there are too many ranges.
struct latch_code_region *_Nullable latch_code_region_add(uintptr_t base, size_t size);
/// Forgets a range. No code in it may be running or be called again.
void latch_code_region_remove(struct latch_code_region *region);
/// Makes code known. What the entry points to must stay where it is until the code is unregistered. Returns 0 when there are too many entries,
/// otherwise the entry's number in the region.
uint32_t latch_code_register(struct latch_code_region *region, const struct latch_code *code);
void latch_code_unregister(struct latch_code_region *region, uint32_t number);
/// A function of linked code (SavedModules' LinkedCode).
struct latch_linked_function {
  /// Offset of its code in all code, and bytes.
  uint32_t start, size;
  /// Offset of its trap sites in the linked code, and how many there are.
  uint32_t sites, site_count;
  /// Offset of its handler table there; 0: none.
  uint32_t handlers;
};
/// Declares code that lies in the program: `code` bytes from `base`, of `count` functions, in ascending order, whose further facts are in `bytes`. `common` is what all
/// have in common; its function_index is the first one's. Entries are made when they are looked for. Null when memory is short or there are too many ranges.
struct latch_code_region *_Nullable latch_linked_code_add(
    uintptr_t base, size_t size, const struct latch_linked_function *_Nonnull functions, uint32_t count, const uint8_t *_Nonnull bytes, const struct latch_code *_Nonnull common);

/// The entry whose code contains `pc`, or null.
const struct latch_code *_Nullable latch_code_find(uintptr_t pc);

// ---- Leaving wasm ----

/// How a host function ended.
enum latch_host_outcome {
  /// With an error that the owner keeps: wasm is unwound to its entry.
  latch_host_error = 0,
  latch_host_returned = LATCH_HOST_OUTCOME_RETURNED,
  /// With an exception, whose address is the result: it goes on in wasm.
  latch_host_threw = 2,
};

/// What a host function finds: argument registers as they were, and places for results.
struct latch_host_frame {
  uint64_t integers[LATCH_INTEGER_ARGUMENTS];
  struct latch_vector floats[LATCH_FLOAT_ARGUMENTS];
  const uint64_t *_Nullable stack_arguments;
  uint64_t *_Nullable further_results;
  /// The instance context of the caller.
  void *_Nullable caller;
  /// The first result, unless it is a vector.
  uint64_t result;
  struct latch_vector vector_result;
};
LATCH_ASSERT_OFFSET(latch_host_frame, integers, LATCH_HOST_FRAME_INTEGERS);
LATCH_ASSERT_OFFSET(latch_host_frame, floats, LATCH_HOST_FRAME_FLOATS);
LATCH_ASSERT_OFFSET(latch_host_frame, stack_arguments, LATCH_HOST_FRAME_STACK_ARGUMENTS);
LATCH_ASSERT_OFFSET(latch_host_frame, further_results, LATCH_HOST_FRAME_FURTHER_RESULTS);
LATCH_ASSERT_OFFSET(latch_host_frame, caller, LATCH_HOST_FRAME_CALLER);
LATCH_ASSERT_OFFSET(latch_host_frame, result, LATCH_HOST_FRAME_RESULT);
LATCH_ASSERT_OFFSET(latch_host_frame, vector_result, LATCH_HOST_FRAME_VECTOR_RESULT);
_Static_assert(sizeof(struct latch_host_frame) == LATCH_HOST_FRAME_SIZE, "host frames have another size");
_Static_assert(LATCH_HOST_FRAME_SIZE % 16 == 0, "host frames would misalign the stack");

/// The context block of a host function; its FunctionRecord's context points here. The assembly knows this layout.
struct latch_host_function {
  /// Does the work. Returns a latch_host_outcome.
  int (*_Nonnull implementation)(struct latch_host_function *self, struct latch_host_frame *frame);
  /// Bytes of stack arguments to pop, a multiple of 16; plus 1 if the first result is a vector.
  uint64_t stack_area;
  /// The owner's own words.
  void *_Nullable owner;
  uint64_t data;
};
LATCH_ASSERT_OFFSET(latch_host_function, implementation, LATCH_HOST_IMPLEMENTATION);
LATCH_ASSERT_OFFSET(latch_host_function, stack_area, LATCH_HOST_STACK_AREA);

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

/// Code addresses for the context's words from `InstanceContext.crossing` on: what compiled code calls and jumps to in place of a function of another instance,
/// with its record in the record register (RuntimeLayout's CallingConvention).
extern const void *_Nonnull const latch_crossing_thunks[4];

enum { latch_helper_count = LATCH_HELPER_COUNT };
/// Code addresses for the context's helper table: each checks the stack's headroom, then calls the implementation.
extern const void *_Nonnull const latch_helper_thunks[latch_helper_count];
/// The implementations, indexed like the thunks; set once before any code runs.
extern const void *_Nullable latch_helper_implementations[latch_helper_count];

static inline uint64_t latch_atomic_add(uint64_t *word, int64_t amount) {
  return __atomic_fetch_add(word, (uint64_t)amount, __ATOMIC_SEQ_CST);
}

// ---- Accessors, since Swift sees C arrays as tuples ----

static inline const void *latch_helper_thunk_table(void) { return latch_helper_thunks; }
static inline const void *latch_crossing_thunk_table(void) { return latch_crossing_thunks; }
static inline void latch_set_helper(int index, const void *implementation) {
  latch_helper_implementations[index] = implementation;
}
static inline void latch_set_integer(struct latch_call *call, size_t index, uint64_t word) { call->integers[index] = word; }
static inline void latch_set_float(struct latch_call *call, size_t index, uint64_t word) { call->floats[index].low = word; }
static inline void latch_set_vector(struct latch_call *call, size_t index, uint64_t low, uint64_t high) {
  call->floats[index].low = low;
  call->floats[index].high = high;
}
static inline uint64_t latch_get_integer(const struct latch_host_frame *frame, size_t index) {
  return frame->integers[index];
}
static inline uint64_t latch_get_float(const struct latch_host_frame *frame, size_t index) { return frame->floats[index].low; }
/// The upper half of a vector.
static inline uint64_t latch_get_float_high(const struct latch_host_frame *frame, size_t index) { return frame->floats[index].high; }

#pragma clang assume_nonnull end
