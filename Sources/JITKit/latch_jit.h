// Generating WebAssembly from inside WebAssembly, and having it linked: for guests in C. One header, C99, freestanding, no allocation. The protocol is in
// docs/late-linking.md; WasmFormat's LateLinkInterface has the same numbers for hosts.
//
// A module is written into a buffer of the caller's, section after section in the order of their ids. Nothing is checked but the buffer's end: when it is reached,
// the rest is dropped and `overflow` is set, which is looked at once, at the end. Sizes and counts are filled in when a section ends.
//
//     static uint8_t bytes[4096];
//     latch_writer w = latch_begin(bytes, sizeof bytes);
//     latch_section(&w, LATCH_TYPES);
//     latch_type(&w, "ii>i");          // type 0: (i32, i32) -> i32
//     latch_type(&w, ">");             // type 1: () -> ()
//     latch_section(&w, LATCH_IMPORTS);
//     latch_import_memory(&w, "env", "memory");
//     latch_import_table(&w, "env", "__indirect_function_table");
//     latch_section(&w, LATCH_FUNCTIONS);
//     latch_function(&w, 0);           // function 0, which the code section defines first
//     latch_function(&w, 1);           // function 1: patch
//     latch_start(&w, 1);
//     latch_section(&w, LATCH_ELEMENTS);
//     latch_elements(&w, 0, 1);        // segment 0: function 0
//     latch_section(&w, LATCH_CODE);
//     latch_body(&w, "");              // no locals but the parameters
//     latch_index(&w, LATCH_LOCAL_GET, 0);
//     latch_index(&w, LATCH_LOCAL_GET, 1);
//     latch_op(&w, LATCH_I32_ADD);
//     latch_body_end(&w);
//     latch_patch(&w, 1, (uint32_t[]){(uint32_t)&slot}, 1);
//     int32_t length = latch_finish(&w);
//     int32_t handle = length < 0 ? length : latch_jit_link(bytes, length, 0);
#ifndef LATCH_JIT_H
#define LATCH_JIT_H
#include <stdint.h>

// ---- The imports ----

/// Flags of `link`.
enum { LATCH_HOT = 1 };

/// What `state` returns; a host that links only between calls returns LATCH_PULL_ONLY from `link`.
enum { LATCH_PULL_ONLY = 0, LATCH_PENDING = 1, LATCH_LINKED = 2, LATCH_RETIRED = 3 };

/// Why something was not done.
enum {
  LATCH_NO_SUCH_HANDLE = -1,
  LATCH_OUTSIDE_MEMORY = -2,
  LATCH_INVALID_MODULE = -3,
  LATCH_BAD_IMPORT = -4,
  LATCH_START_FAILED = -5,
  LATCH_OUT_OF_MEMORY = -6,
  LATCH_TOO_MANY_MODULES = -7,
  LATCH_TOO_MANY_BYTES = -8,
  LATCH_TOO_DEEP = -9,
  LATCH_BAD_FLAGS = -10,
  LATCH_BUSY = -11,
  /// Not the host's: `latch_finish` says that the buffer was too small.
  LATCH_OVERFLOW = -100,
};

#ifdef __wasm__
#define LATCH_IMPORT(name) __attribute__((import_module("latch_jit"), import_name(name)))
LATCH_IMPORT("version") int32_t latch_jit_version(void);
LATCH_IMPORT("link") int32_t latch_jit_link(const void *module, int32_t length, int32_t flags);
LATCH_IMPORT("link_async") int32_t latch_jit_link_async(const void *module, int32_t length, int32_t flags);
LATCH_IMPORT("state") int32_t latch_jit_state(int32_t handle);
LATCH_IMPORT("unlink") int32_t latch_jit_unlink(int32_t handle);
LATCH_IMPORT("counts") int32_t latch_jit_counts(int32_t handle, uint64_t *words, int32_t capacity);
LATCH_IMPORT("message") int32_t latch_jit_message(char *text, int32_t capacity);
#undef LATCH_IMPORT
#endif

// ---- The writer ----

typedef struct {
  uint8_t *bytes;
  uint32_t capacity, length;
  /// Where the open section's size and count are to be filled in; 0: none is open.
  uint32_t section;
  /// What the open section has so far.
  uint32_t count;
  /// Where the open body's size is to be filled in.
  uint32_t body;
  int overflow;
} latch_writer;

/// Section ids.
enum { LATCH_TYPES = 1, LATCH_IMPORTS = 2, LATCH_FUNCTIONS = 3, LATCH_GLOBALS = 6, LATCH_EXPORTS = 7, LATCH_ELEMENTS = 9, LATCH_CODE = 10 };

static inline void latch_byte(latch_writer *w, uint32_t byte) {
  if (w->length < w->capacity) w->bytes[w->length++] = (uint8_t)byte; else w->overflow = 1;
}

static inline void latch_unsigned(latch_writer *w, uint32_t value) {
  while (value >= 0x80) {
    latch_byte(w, (value & 0x7F) | 0x80);
    value >>= 7;
  }
  latch_byte(w, value);
}

static inline void latch_signed(latch_writer *w, int64_t value) {
  for (;;) {
    uint32_t low = (uint32_t)value & 0x7F;
    // Without shifting a negative number, which C99 leaves to the implementation.
    value = value < 0 ? ~(~value >> 7) : value >> 7;
    int isLast = (value == 0 && !(low & 0x40)) || (value == -1 && (low & 0x40));
    latch_byte(w, isLast ? low : low | 0x80);
    if (isLast) return;
  }
}

/// Room for a number of up to 28 bits, filled in later.
static inline uint32_t latch_hole(latch_writer *w) {
  uint32_t place = w->length;
  for (int index = 0; index < 4; index++) latch_byte(w, index < 3 ? 0x80 : 0);
  return place;
}

static inline void latch_fill(latch_writer *w, uint32_t place, uint32_t value) {
  if (w->overflow) return;
  for (int index = 0; index < 4; index++, value >>= 7) w->bytes[place + index] = (uint8_t)((value & 0x7F) | (index < 3 ? 0x80 : 0));
}

/// A name of fewer than 128 bytes.
static inline void latch_name(latch_writer *w, const char *name) {
  uint32_t place = w->length;
  latch_byte(w, 0);
  while (*name) latch_byte(w, (uint8_t)*name++);
  if (!w->overflow) w->bytes[place] = (uint8_t)(w->length - place - 1);
}

/// Starts a module in a buffer.
static inline latch_writer latch_begin(void *buffer, uint32_t capacity) {
  latch_writer w = {(uint8_t *)buffer, capacity, 0, 0, 0, 0, 0};
  static const uint8_t start[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
  for (int index = 0; index < 8; index++) latch_byte(&w, start[index]);
  return w;
}

static inline void latch_section_end(latch_writer *w) {
  if (!w->section) return;
  latch_fill(w, w->section, w->length - w->section - 4);
  latch_fill(w, w->section + 4, w->count);
  w->section = 0;
}

/// Ends the open section, if any, and starts another one.
static inline void latch_section(latch_writer *w, uint32_t id) {
  latch_section_end(w);
  latch_byte(w, id);
  w->section = latch_hole(w);
  latch_hole(w);
  w->count = 0;
}

/// Ends the module: its length, or LATCH_OVERFLOW.
static inline int32_t latch_finish(latch_writer *w) {
  latch_section_end(w);
  return w->overflow ? LATCH_OVERFLOW : (int32_t)w->length;
}

/// The code of a type: i (i32), I (i64), f (f32), F (f64), r (funcref).
static inline uint32_t latch_type_code(char letter) {
  return letter == 'i' ? 0x7F : letter == 'I' ? 0x7E : letter == 'f' ? 0x7D : letter == 'F' ? 0x7C : 0x70;
}

/// A function type: the letters of the parameters, `>`, the letters of the results.
static inline void latch_type(latch_writer *w, const char *type) {
  latch_byte(w, 0x60);
  for (int half = 0; half < 2; half++) {
    uint32_t count = 0;
    while (type[count] && type[count] != '>') count++;
    latch_unsigned(w, count);
    for (uint32_t index = 0; index < count; index++) latch_byte(w, latch_type_code(type[index]));
    type += count + (type[count] == '>');
  }
  w->count++;
}

static inline void latch_import(latch_writer *w, const char *module, const char *name, uint32_t kind) {
  latch_name(w, module);
  latch_name(w, name);
  latch_byte(w, kind);
  w->count++;
}

static inline void latch_import_function(latch_writer *w, const char *module, const char *name, uint32_t type) {
  latch_import(w, module, name, 0);
  latch_unsigned(w, type);
}

/// A table of functions.
static inline void latch_import_table(latch_writer *w, const char *module, const char *name) {
  latch_import(w, module, name, 1);
  latch_byte(w, 0x70);
  latch_byte(w, 0);
  latch_byte(w, 0);
}

static inline void latch_import_memory(latch_writer *w, const char *module, const char *name) {
  latch_import(w, module, name, 2);
  latch_byte(w, 0);
  latch_byte(w, 0);
}

static inline void latch_import_global(latch_writer *w, const char *module, const char *name, char type, int isMutable) {
  latch_import(w, module, name, 3);
  latch_byte(w, latch_type_code(type));
  latch_byte(w, isMutable ? 1 : 0);
}

/// A function of the module, by its type. Its body stands in the code section, in the same order.
static inline void latch_function(latch_writer *w, uint32_t type) {
  latch_unsigned(w, type);
  w->count++;
}

/// The start section.
static inline void latch_start(latch_writer *w, uint32_t function) {
  latch_section_end(w);
  uint32_t length = 1;
  for (uint32_t rest = function; rest >= 0x80; rest >>= 7) length++;
  latch_byte(w, 8);
  latch_unsigned(w, length);
  latch_unsigned(w, function);
}

/// A passive segment of functions with consecutive indices.
static inline void latch_elements(latch_writer *w, uint32_t first, uint32_t count) {
  latch_byte(w, 1);
  latch_byte(w, 0);
  latch_unsigned(w, count);
  for (uint32_t index = 0; index < count; index++) latch_unsigned(w, first + index);
  w->count++;
}

/// Starts a body, with a local for each letter after the parameters.
static inline void latch_body(latch_writer *w, const char *locals) {
  w->body = latch_hole(w);
  uint32_t groups = 0;
  for (uint32_t index = 0; locals[index]; index++) groups += index == 0 || locals[index] != locals[index - 1];
  latch_unsigned(w, groups);
  for (uint32_t index = 0; locals[index];) {
    uint32_t length = 1;
    while (locals[index + length] == locals[index]) length++;
    latch_unsigned(w, length);
    latch_byte(w, latch_type_code(locals[index]));
    index += length;
  }
  w->count++;
}

/// Opcodes, as the specification numbers them; those of two bytes as 0xFCnn.
enum {
  LATCH_UNREACHABLE = 0x00, LATCH_NOP, LATCH_BLOCK, LATCH_LOOP, LATCH_IF, LATCH_ELSE, LATCH_END = 0x0B, LATCH_BR, LATCH_BR_IF, LATCH_BR_TABLE,
  LATCH_RETURN, LATCH_CALL, LATCH_CALL_INDIRECT, LATCH_RETURN_CALL, LATCH_RETURN_CALL_INDIRECT, LATCH_DROP = 0x1A, LATCH_SELECT,
  LATCH_LOCAL_GET = 0x20, LATCH_LOCAL_SET, LATCH_LOCAL_TEE, LATCH_GLOBAL_GET, LATCH_GLOBAL_SET, LATCH_TABLE_GET, LATCH_TABLE_SET,
  LATCH_I32_LOAD = 0x28, LATCH_I64_LOAD, LATCH_F32_LOAD, LATCH_F64_LOAD, LATCH_I32_LOAD8_S, LATCH_I32_LOAD8_U, LATCH_I32_LOAD16_S, LATCH_I32_LOAD16_U,
  LATCH_I32_STORE = 0x36, LATCH_I64_STORE, LATCH_F32_STORE, LATCH_F64_STORE, LATCH_I32_STORE8, LATCH_I32_STORE16,
  LATCH_I32_CONST = 0x41, LATCH_I64_CONST,
  LATCH_I32_EQZ = 0x45, LATCH_I32_EQ, LATCH_I32_NE, LATCH_I32_LT_S, LATCH_I32_LT_U, LATCH_I32_GT_S, LATCH_I32_GT_U, LATCH_I32_LE_S, LATCH_I32_LE_U,
  LATCH_I32_GE_S, LATCH_I32_GE_U, LATCH_I64_EQZ, LATCH_I64_EQ, LATCH_I64_NE, LATCH_I64_LT_S, LATCH_I64_LT_U, LATCH_I64_GT_S, LATCH_I64_GT_U,
  LATCH_I64_LE_S, LATCH_I64_LE_U, LATCH_I64_GE_S, LATCH_I64_GE_U,
  LATCH_I32_CLZ = 0x67, LATCH_I32_CTZ, LATCH_I32_POPCNT, LATCH_I32_ADD, LATCH_I32_SUB, LATCH_I32_MUL, LATCH_I32_DIV_S, LATCH_I32_DIV_U, LATCH_I32_REM_S,
  LATCH_I32_REM_U, LATCH_I32_AND, LATCH_I32_OR, LATCH_I32_XOR, LATCH_I32_SHL, LATCH_I32_SHR_S, LATCH_I32_SHR_U, LATCH_I32_ROTL, LATCH_I32_ROTR,
  LATCH_I64_ADD = 0x7C, LATCH_I64_SUB, LATCH_I64_MUL, LATCH_I64_DIV_S, LATCH_I64_DIV_U, LATCH_I64_REM_S, LATCH_I64_REM_U, LATCH_I64_AND, LATCH_I64_OR,
  LATCH_I64_XOR, LATCH_I64_SHL, LATCH_I64_SHR_S, LATCH_I64_SHR_U,
  LATCH_F64_ADD = 0xA0, LATCH_F64_SUB, LATCH_F64_MUL, LATCH_F64_DIV,
  LATCH_I32_WRAP_I64 = 0xA7, LATCH_I64_EXTEND_I32_S = 0xAC, LATCH_I64_EXTEND_I32_U, LATCH_I32_EXTEND8_S = 0xC0, LATCH_I32_EXTEND16_S,
  LATCH_REF_NULL = 0xD0, LATCH_REF_FUNC = 0xD2, LATCH_TABLE_INIT = 0xFC0C, LATCH_TABLE_GROW = 0xFC0F, LATCH_TABLE_FILL = 0xFC11,
};

/// The block types that need no type section.
enum { LATCH_NO_RESULT = 0x40, LATCH_RESULT_I32 = 0x7F, LATCH_RESULT_I64 = 0x7E };

static inline void latch_op(latch_writer *w, uint32_t opcode) {
  if (opcode > 0xFF) {
    latch_byte(w, opcode >> 8);
    latch_unsigned(w, opcode & 0xFF);
  } else {
    latch_byte(w, opcode);
  }
}

/// An operator with an index, a label or a block type after it.
static inline void latch_index(latch_writer *w, uint32_t opcode, uint32_t index) {
  latch_op(w, opcode);
  latch_unsigned(w, index);
}

/// block, loop, if.
static inline void latch_block(latch_writer *w, uint32_t opcode, uint32_t type) {
  latch_op(w, opcode);
  latch_byte(w, type);
}

static inline void latch_i32(latch_writer *w, int32_t value) {
  latch_op(w, LATCH_I32_CONST);
  latch_signed(w, value);
}

static inline void latch_i64(latch_writer *w, int64_t value) {
  latch_op(w, LATCH_I64_CONST);
  latch_signed(w, value);
}

/// A load or store. Nothing is said of its alignment.
static inline void latch_access(latch_writer *w, uint32_t opcode, uint32_t offset) {
  latch_op(w, opcode);
  latch_byte(w, 0);
  latch_unsigned(w, offset);
}

static inline void latch_call_indirect(latch_writer *w, uint32_t opcode, uint32_t type) {
  latch_index(w, opcode, type);
  latch_byte(w, 0);
}

/// Ends the function.
static inline void latch_body_end(latch_writer *w) {
  latch_op(w, LATCH_END);
  latch_fill(w, w->body, w->length - w->body - 4);
}

/// Puts the `count` functions of element segment 0 into table 0, at the place that has been pushed.
static inline void latch_put_functions(latch_writer *w, uint32_t count) {
  latch_i32(w, 0);
  latch_i32(w, (int32_t)count);
  latch_index(w, LATCH_TABLE_INIT, 0);
  latch_byte(w, 0);
}

/// The whole body of a start function: grows table 0 by the `count` functions of element segment 0, and stores each one's index at an address of `slots`, where the
/// guest looks for it. Table entries come before slots: who reads a slot finds the function.
static inline void latch_patch(latch_writer *w, uint32_t count, const uint32_t *slots, uint32_t slotCount) {
  latch_body(w, "i");
  latch_index(w, LATCH_REF_NULL, 0x70);
  latch_i32(w, (int32_t)count);
  latch_index(w, LATCH_TABLE_GROW, 0);
  latch_index(w, LATCH_LOCAL_TEE, 0);
  // There is no room: the module was not linked.
  latch_i32(w, -1);
  latch_op(w, LATCH_I32_EQ);
  latch_block(w, LATCH_IF, LATCH_NO_RESULT);
  latch_op(w, LATCH_UNREACHABLE);
  latch_op(w, LATCH_END);
  latch_index(w, LATCH_LOCAL_GET, 0);
  latch_put_functions(w, count);
  for (uint32_t index = 0; index < slotCount; index++) {
    latch_i32(w, (int32_t)slots[index]);
    latch_index(w, LATCH_LOCAL_GET, 0);
    latch_i32(w, (int32_t)index);
    latch_op(w, LATCH_I32_ADD);
    latch_access(w, LATCH_I32_STORE, 0);
  }
  latch_body_end(w);
}

/// The same at a place in the table that is free again.
static inline void latch_patch_at(latch_writer *w, uint32_t place, uint32_t count, const uint32_t *slots, uint32_t slotCount) {
  latch_body(w, "");
  latch_i32(w, (int32_t)place);
  latch_put_functions(w, count);
  for (uint32_t index = 0; index < slotCount; index++) {
    latch_i32(w, (int32_t)slots[index]);
    latch_i32(w, (int32_t)(place + index));
    latch_access(w, LATCH_I32_STORE, 0);
  }
  latch_body_end(w);
}

#endif
