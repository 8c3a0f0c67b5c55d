// The interpreter: instructions are decoded once, into a record that names the function which executes it; each of these ends in a tail call of the next one.
#include "machine.h"

typedef struct operation operation;
typedef void handler(const operation *at, uint32_t *x, uint8_t *ram);

struct operation {
  handler *run;
  uint8_t rd, rs1, rs2;
  int32_t imm;
  uint32_t unused;
};

static operation operations[code_words];

#define TAIL __attribute__((musttail)) return
#define HANDLER(name) static void run_##name(const operation *at, uint32_t *x, uint8_t *ram)
#define NEXT TAIL at[1].run(at + 1, x, ram)

static inline uint32_t address_of(const operation *at) { return (uint32_t)(at - operations) * 4; }

static void leave(uint32_t pc) { machine.pc = pc; }

/// Goes on at an address to which the program has jumped; leaves the interpreter if that is compiled or hot, or is no place for code.
#define JUMP(target) \
  do { \
    uint32_t to = (target); \
    if (to >= code_size || to & 3) return leave(to); \
    int32_t s = state[to / 4]; \
    if (s >= 0) return leave(to); \
    if (s != never_hot) state[to / 4] = s + 1; \
    const operation *next = operations + to / 4; \
    TAIL next->run(next, x, ram); \
  } while (0)

#define OPERATOR(name, expression, ...) \
  HANDLER(name) { \
    uint32_t a = x[at->rs1], b = x[at->rs2]; \
    x[at->rd] = (expression); \
    NEXT; \
  } \
  HANDLER(name##i) { \
    uint32_t a = x[at->rs1], b = (uint32_t)at->imm; \
    x[at->rd] = (expression); \
    NEXT; \
  }
OPERATORS(OPERATOR)

#define BRANCH(name, condition, ...) \
  HANDLER(name) { \
    uint32_t a = x[at->rs1], b = x[at->rs2]; \
    if (condition) JUMP((uint32_t)at->imm); \
    NEXT; \
  }
BRANCHES(BRANCH)

#define CHECK(address, type) \
  if ((address) > ram_size - sizeof(type)) { \
    leave(address_of(at)); \
    return fail("access outside the memory"); \
  }

#define LOAD(name, type, ...) \
  HANDLER(name) { \
    uint32_t address = x[at->rs1] + (uint32_t)at->imm; \
    CHECK(address, type) \
    x[at->rd] = (uint32_t)(int32_t) * (const type *)(ram + address); \
    NEXT; \
  }
LOADS(LOAD)

#define STORE(name, type, ...) \
  HANDLER(name) { \
    uint32_t address = x[at->rs1] + (uint32_t)at->imm; \
    CHECK(address, type) \
    *(type *)(ram + address) = (type)x[at->rs2]; \
    NEXT; \
  }
STORES(STORE)

HANDLER(lui) {
  x[at->rd] = (uint32_t)at->imm;
  NEXT;
}

HANDLER(jal) {
  x[at->rd] = address_of(at) + 4;
  JUMP((uint32_t)at->imm);
}

HANDLER(jalr) {
  uint32_t target = (x[at->rs1] + (uint32_t)at->imm) & ~1u;
  x[at->rd] = address_of(at) + 4;
  JUMP(target);
}

HANDLER(fence) { NEXT; }

HANDLER(ecall) {
  leave(address_of(at) + 4);
  system_call();
  if (machine.has_ended) return;
  // Whoever calls the system again and again in a loop comes here from compiled code: what follows is worth compiling too.
  JUMP(machine.pc);
}

HANDLER(illegal) {
  (void)x;
  (void)ram;
  leave(address_of(at));
  fail("illegal instruction");
}

static handler *const handlers[] = {
#define ROW(name, ...) run_##name,
#define ROW_IMMEDIATE(name, ...) run_##name##i,
  OPERATORS(ROW) OPERATORS(ROW_IMMEDIATE) BRANCHES(ROW) LOADS(ROW) STORES(ROW)
  run_lui, run_lui, run_jal, run_jalr, run_fence, run_ecall, run_illegal, run_illegal,
};

/// Stands at places that have not been decoded.
HANDLER(first_time) {
  operation *here = operations + (at - operations);
  struct instruction it = decode(address_of(at));
  here->rd = it.rd ? it.rd : 32;
  here->rs1 = it.rs1;
  here->rs2 = it.rs2;
  here->imm = it.imm;
  here->run = handlers[it.kind];
  TAIL here->run(here, x, ram);
}

/// After the last place.
void prepare_interpreter(void) {
  for (uint32_t index = 0; index < code_words; index++) operations[index].run = run_first_time;
  operations[code_words - 1].run = run_illegal;
}

void interpret(void) {
  if (machine.pc >= code_size || machine.pc & 3) return fail("jump outside the code");
  const operation *at = operations + machine.pc / 4;
  at->run(at, machine.x, ram);
}
