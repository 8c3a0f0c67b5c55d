// The smallest guest: a reactor that makes a function at run time and calls it.
//
//   clang --target=wasm32-wasip1 -mexec-model=reactor -O2 -nostdlib -Wl,--growable-table -Wl,--export-table -Wl,--export=__stack_pointer example.c -o example.wasm
//   latch run --late-link --import host.log=print --invoke scale example.wasm 7 6
//
// `scale(n, factor)` calls generated code that multiplies by the factor. That module uses the names that toolchains use, and a function of the guest's own host.
#include "latch_jit.h"

__attribute__((import_module("host"), import_name("log"))) void host_log(int32_t number);

typedef int32_t (*scaler)(int32_t n);

/// What generated code is stored in: the index of a table entry, which is what a function pointer is.
static volatile uint32_t slot;
static uint8_t bytes[512];

/// Writes the module whose function multiplies by a factor.
static int32_t make(int32_t factor) {
  latch_writer w = latch_begin(bytes, sizeof bytes);
  latch_section(&w, LATCH_TYPES);
  latch_type(&w, "i>i");
  latch_type(&w, ">");
  latch_type(&w, "i>");
  latch_section(&w, LATCH_IMPORTS);
  latch_import_memory(&w, "env", "memory");
  latch_import_table(&w, "env", "__indirect_function_table");
  latch_import_global(&w, "env", "__stack_pointer", 'i', 1);
  latch_import_function(&w, "host", "log", 2);
  latch_section(&w, LATCH_FUNCTIONS);
  latch_function(&w, 0);
  latch_function(&w, 1);
  latch_start(&w, 2);
  latch_section(&w, LATCH_ELEMENTS);
  latch_elements(&w, 1, 1);
  latch_section(&w, LATCH_CODE);
  latch_body(&w, "");
  latch_index(&w, LATCH_LOCAL_GET, 0);
  latch_index(&w, LATCH_CALL, 0);
  latch_index(&w, LATCH_LOCAL_GET, 0);
  latch_i32(&w, factor);
  latch_op(&w, LATCH_I32_MUL);
  latch_body_end(&w);
  uint32_t slots[] = {(uint32_t)(uintptr_t)&slot};
  latch_patch(&w, 1, slots, 1);
  return latch_finish(&w);
}

void _initialize(void);
__attribute__((export_name("_initialize"))) void _initialize(void) { host_log(1); }

/// n times the factor; below 0: why the module was not linked.
__attribute__((export_name("scale"))) int32_t scale(int32_t n, int32_t factor) {
  int32_t length = make(factor);
  int32_t handle = length < 0 ? length : latch_jit_link(bytes, length, 0);
  if (handle <= 0) return handle;
  int32_t result = ((scaler)slot)(n);
  latch_jit_unlink(handle);
  return result;
}
