// Compiled units: linking them, and unlinking those that are not used any more when there are many.
#include "../latch_jit.h"
#include "machine.h"

enum { max_units = 4096, buffer_size = 128 << 10 };

struct linked {
  uint32_t pc;
  int32_t handle, place;
  /// The engine's count when it was looked at last.
  uint64_t count;
};

static struct linked units[max_units];
static int32_t unit_count, unit_limit = max_units;

/// Places in the table whose modules were unlinked, with their handles; they are free when the handles are gone.
static struct { int32_t handle, place; } left[max_units];
static int32_t left_count;

static _Alignas(16) uint8_t buffer[buffer_size];
/// What the host is to pull.
static uint32_t pending_length;


void limit_units(int32_t count) { unit_limit = count < 4 ? 4 : count > max_units ? max_units : count; }

/// Makes an entry of the function table null. (C can only name tables of its own; the linker's one is reached by assembly.)
static void clear_entry(int32_t place) {
  __asm__ volatile(
      ".tabletype __indirect_function_table, funcref\n"
      "local.get %0\n"
      "ref.null_func\n"
      "table.set __indirect_function_table" : : "r"(place));
}

/// A place in the table that nothing can be running from, or -1.
static int32_t take_place(void) {
  for (int32_t index = 0; index < left_count; index++) {
    if (latch_jit_state(left[index].handle) != LATCH_NO_SUCH_HANDLE) continue;
    int32_t place = left[index].place;
    left[index] = left[--left_count];
    return place;
  }
  return -1;
}

static void unlink_unit(int32_t index) {
  struct linked unit = units[index];
  units[index] = units[--unit_count];
  state[unit.pc / 4] = hot;
  clear_entry(unit.place);
  if (latch_jit_unlink(unit.handle) != 0) return;
  machine.unlinked++;
  if (left_count < max_units) left[left_count++] = (__typeof__(left[0])){unit.handle, unit.place};
}

/// Unlinks the units whose counts have not moved since they were looked at last; if there are none, every second one.
static void make_room(void) {
  int32_t before = unit_count;
  for (int32_t index = unit_count - 1; index >= 0; index--) {
    uint64_t word = 0;
    if (latch_jit_counts(units[index].handle, &word, sizeof word) < 0) continue;
    // An optimized unit does not count any more, and is worth keeping.
    bool is_optimized = (word >> 32 & 0xFF) == 2;
    if (!is_optimized && word == units[index].count) unlink_unit(index); else units[index].count = word;
  }
  if (unit_count == before)
    for (int32_t index = unit_count - 1; index >= 0; index -= 2) unlink_unit(index);
}

static void note_unit(uint32_t pc, int32_t handle) {
  units[unit_count++] = (struct linked){pc, handle, state[pc / 4], 0};
}

bool compile_now(void) {
  if (unit_count >= unit_limit) make_room();
  uint32_t pc = machine.pc;
  int32_t place = take_place();
  int32_t length = translate(pc, place, buffer, buffer_size);
  int32_t handle = length < 0 ? length : latch_jit_link(buffer, length, 0);
  if (handle > 0 && state[pc / 4] > 0) {
    note_unit(pc, handle);
    return true;
  }
  if (place >= 0 && left_count < max_units) left[left_count++] = (__typeof__(left[0])){-1, place};
  state[pc / 4] = never_hot;
  return false;
}

bool compile_for_pull(void) {
  int32_t length = translate(machine.pc, -1, buffer, buffer_size);
  // If the host does not link it, the place is not hot again.
  state[machine.pc / 4] = never_hot;
  if (length < 0) return false;
  pending_length = (uint32_t)length;
  return true;
}

/// The module that is to be linked: its address, and its length above that; 0: there is none.
__attribute__((export_name("next_module"))) uint64_t next_module(void) {
  uint64_t place = pending_length ? (uint64_t)pending_length << 32 | (uint32_t)(uintptr_t)buffer : 0;
  pending_length = 0;
  return place;
}
