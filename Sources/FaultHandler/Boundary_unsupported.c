// The boundary on architectures that have no compiled code yet: entering wasm fails with `latch_no_stack`, and nothing else is ever reached.
#if !defined(__x86_64__)
#include "Thread.h"

const char latch_unwind_trap[1], latch_thunks_start[1], latch_thunks_end[1];
const void *const latch_helper_thunks[latch_helper_count] = {latch_unwind_trap};
const void *latch_helper_implementations[latch_helper_count];

int latch_enter(struct latch_activation *activation, struct latch_call *call) { return latch_no_stack; }
const void *latch_host_thunk(void) { return latch_unwind_trap; }
const void *latch_lazy_thunk(void) { return latch_unwind_trap; }
void latch_set_lazy_compiler(const void *(*compile)(void *, uint32_t)) {}
#endif
