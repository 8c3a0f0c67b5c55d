// The boundary on architectures that have no compiled code yet: entering wasm fails with `latch_no_stack`, and nothing else is ever reached.
#if !defined(__x86_64__)
#include "Thread.h"

const char latch_unwind_trap[1], latch_thunks_start[1], latch_thunks_end[1], latch_crossing_return[1], latch_stack_crossing_return[1];
const uintptr_t latch_interruptible[1];
const void *const latch_crossing_thunks[4] = {latch_unwind_trap, latch_unwind_trap, latch_unwind_trap, latch_unwind_trap};
const void *const latch_helper_thunks[latch_helper_count] = {latch_unwind_trap};
const void *latch_helper_implementations[latch_helper_count];

void latch_enter(struct latch_activation *activation, struct latch_call *call) { activation->outcome = latch_no_stack; }
struct latch_direct_results latch_call_direct(
    uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5, double f0, double f1, double f2, double f3,
    double f4, double f5, double f6, double f7, struct latch_direct_call *call) {
  call->activation.outcome = latch_no_stack;
  return (struct latch_direct_results){0, 0};
}
const void *latch_host_thunk(void) { return latch_unwind_trap; }
const void *latch_lazy_thunk(void) { return latch_unwind_trap; }
const void *latch_hot_entry_thunk(void) { return latch_unwind_trap; }
const void *latch_hot_loop_thunk(void) { return latch_unwind_trap; }
void latch_set_tier_up(const void *(*tier_up)(void *, uint32_t, uint32_t)) {}
void latch_set_lazy_compiler(const void *(*compile)(void *, uint32_t)) {}
#endif
