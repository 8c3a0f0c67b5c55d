// A RISC-V machine (RV32IM, user level) and what its parts know of each other.
//
// The program's memory is the end of the emulator's own: address a of the program is byte `ram + a`, and what lies beyond its memory lies beyond the emulator's, so that
// generated code needs no checks of addresses. Code lies below `code_size`. `state` says of each place in it how calls and jumps to it go on:
//
//   below 0   interpreted; counted up by each jump that comes here
//   0         hot: it is to be compiled
//   above 0   the index in the function table of a compiled unit that begins here
//
// A unit is called with the number of calls that may still be nested, and returns the address where the program goes on. Registers are in `machine.x` meanwhile.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { ram_size = 16 << 20, code_size = 1 << 20, code_words = code_size / 4, page_size = 65536 };

struct machine {
  /// The last one takes what is written to x0.
  uint32_t x[33];
  uint32_t pc;
  bool has_ended;
  int32_t exit_code;
  /// How many units were unlinked.
  uint32_t unlinked;
};

extern struct machine machine;
extern uint8_t *ram;
extern int32_t state[code_words];

/// What the counts of `state` begin with.
enum { hot = -200, never_hot = INT32_MIN };

typedef uint32_t (*unit)(uint32_t depth);

// ---- Instructions ----

/// The operators with two operands and what they do: name, expression in C, and operator of WebAssembly, or 0 for those that take more than one.
#define OPERATORS(O) \
  O(add, a + b, LATCH_I32_ADD) \
  O(sub, a - b, LATCH_I32_SUB) \
  O(sll, a << (b & 31), LATCH_I32_SHL) \
  O(slt, (int32_t)a < (int32_t)b, LATCH_I32_LT_S) \
  O(sltu, a < b, LATCH_I32_LT_U) \
  O(xor, a ^ b, LATCH_I32_XOR) \
  O(srl, a >> (b & 31), LATCH_I32_SHR_U) \
  O(sra, (uint32_t)((int32_t)a >> (b & 31)), LATCH_I32_SHR_S) \
  O(or, a | b, LATCH_I32_OR) \
  O(and, a & b, LATCH_I32_AND) \
  O(mul, a * b, LATCH_I32_MUL) \
  O(mulh, (uint32_t)(((int64_t)(int32_t)a * (int32_t)b) >> 32), 0) \
  O(mulhsu, (uint32_t)(((int64_t)(int32_t)a * (int64_t)(uint64_t)b) >> 32), 0) \
  O(mulhu, (uint32_t)(((uint64_t)a * b) >> 32), 0) \
  O(div, b == 0 ? UINT32_MAX : a == 0x80000000u && b == UINT32_MAX ? a : (uint32_t)((int32_t)a / (int32_t)b), 0) \
  O(divu, b == 0 ? UINT32_MAX : a / b, 0) \
  O(rem, b == 0 ? a : b == UINT32_MAX ? 0 : (uint32_t)((int32_t)a % (int32_t)b), 0) \
  O(remu, b == 0 ? a : a % b, 0)

/// Branches: name, condition in C, operator of WebAssembly.
#define BRANCHES(O) \
  O(beq, a == b, LATCH_I32_EQ) \
  O(bne, a != b, LATCH_I32_NE) \
  O(blt, (int32_t)a < (int32_t)b, LATCH_I32_LT_S) \
  O(bge, (int32_t)a >= (int32_t)b, LATCH_I32_GE_S) \
  O(bltu, a < b, LATCH_I32_LT_U) \
  O(bgeu, a >= b, LATCH_I32_GE_U)

/// Loads: name, type in C, operator of WebAssembly. The same of stores.
#define LOADS(O) \
  O(lb, int8_t, LATCH_I32_LOAD8_S) O(lh, int16_t, LATCH_I32_LOAD16_S) O(lw, uint32_t, LATCH_I32_LOAD) \
  O(lbu, uint8_t, LATCH_I32_LOAD8_U) O(lhu, uint16_t, LATCH_I32_LOAD16_U)
#define STORES(O) O(sb, uint8_t, LATCH_I32_STORE8) O(sh, uint16_t, LATCH_I32_STORE16) O(sw, uint32_t, LATCH_I32_STORE)

/// Kinds of instructions. An operator stands twice: with two registers, and with an immediate.
enum kind {
#define KIND(name, ...) kind_##name,
#define KIND_IMMEDIATE(name, ...) kind_##name##i,
  OPERATORS(KIND) OPERATORS(KIND_IMMEDIATE) BRANCHES(KIND) LOADS(KIND) STORES(KIND)
  kind_lui, kind_auipc, kind_jal, kind_jalr, kind_fence, kind_ecall, kind_ebreak, kind_illegal
#undef KIND
#undef KIND_IMMEDIATE
};

struct instruction {
  uint8_t kind, rd, rs1, rs2;
  /// The immediate; of branches and jal the address they go to.
  int32_t imm;
};

/// What stands at an address, which is below `code_size` and a multiple of 4.
struct instruction decode(uint32_t pc);

static inline bool is_branch(uint8_t kind) { return kind >= kind_beq && kind <= kind_bgeu; }

// ---- The parts ----

/// Interprets until something compiled, or to be compiled, is reached, or the program ends.
void interpret(void);
void prepare_interpreter(void);

/// Writes the module of the unit that begins at an address: its length, or a negative number. `place`: a free place in the table, or -1.
int32_t translate(uint32_t pc, int32_t place, uint8_t *bytes, uint32_t capacity);

/// Has the hot unit at `machine.pc` linked; false if that is not to be had: then the place is never hot again.
bool compile_now(void);
/// Writes the module of it for a host that pulls.
bool compile_for_pull(void);
/// Limits how many units there are at a time.
void limit_units(int32_t count);

/// Does what the program asks of the system.
void system_call(void);
/// Ends the program, with a message.
void fail(const char *message);
