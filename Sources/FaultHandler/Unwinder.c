// Finds who catches an exception: from the place that throws outwards along the frame pointers, each frame's function is looked up by its return
// address, and its handler table (RuntimeLayout's HandlerTable) asked. Crossing frames catch nothing. The walk ends at the entry frame, which no compiled code called.
#include "Thread.h"

struct call { uint32_t return_offset, try_index; };
struct try { uint32_t parent, first_clause, clause_count; };
struct clause { uint32_t tag_offset, landing; };

_Static_assert(sizeof(struct call) == 4 * LATCH_HANDLER_CALL_WORDS, "calls have another size");
_Static_assert(sizeof(struct try) == 4 * LATCH_HANDLER_TRY_WORDS, "tries have another size");
_Static_assert(sizeof(struct clause) == 4 * LATCH_HANDLER_CLAUSE_WORDS, "clauses have another size");

static const uint32_t none = LATCH_HANDLER_NONE, any_tag = LATCH_HANDLER_ANY_TAG;

/// The landing in this function for an exception with this tag that comes out of the call before `return_offset`, or `none`.
static uint32_t find_clause(const uint32_t *table, uint32_t return_offset, uintptr_t tag, const char *context) {
  uint32_t call_count = table[1], try_count = table[2];
  const struct call *calls = (const struct call *)(table + LATCH_HANDLER_HEADER_WORDS);
  const struct try *tries = (const struct try *)(calls + call_count);
  const struct clause *clauses = (const struct clause *)(tries + try_count);
  uint32_t low = 0, high = call_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (calls[middle].return_offset < return_offset) low = middle + 1; else high = middle;
  }
  if (low == call_count || calls[low].return_offset != return_offset) return none;
  for (uint32_t index = calls[low].try_index; index != none; index = tries[index].parent) {
    const struct clause *clause = clauses + tries[index].first_clause;
    for (uint32_t left = tries[index].clause_count; left > 0; left--, clause++)
      if (clause->tag_offset == any_tag || *(const uintptr_t *)(context + clause->tag_offset) == tag) return clause->landing;
  }
  return none;
}

bool latch_find_landing(void *exception, const uintptr_t *frame, struct latch_landing *landing) {
  uintptr_t tag = *(const uintptr_t *)((const char *)exception + LATCH_EXCEPTION_TAG);
  uintptr_t thrower = (uintptr_t)frame;
  for (;;) {
    const uintptr_t *caller = (const uintptr_t *)frame[0];
    uintptr_t address = frame[1];
    if (latch_is_crossing(address)) {
      frame = caller;
      continue;
    }
    const struct latch_code *code = latch_code_find(address - 1);
    if (!code) {
      latch_thread.exception = exception;
      latch_collect_backtrace(&latch_thread, 0, thrower);
      return false;
    }
    if (code->handlers) {
      const char *context = *(const char *const *)((const char *)caller + LATCH_FRAME_CONTEXT);
      uint32_t offset = find_clause(code->handlers, (uint32_t)(address - code->start), tag, context);
      if (offset != none) {
        landing->pc = code->start + offset;
        landing->frame = (uintptr_t)caller;
        landing->sp = (uintptr_t)caller - code->handlers[0];
        return true;
      }
    }
    frame = caller;
  }
}

void *latch_last_exception(void) { return latch_thread.exception; }
