// Regions to WebAssembly. A unit's function has the registers that it uses in locals: they are loaded from `machine.x` at its entry and after calls, and stored at its
// exits and before calls. Control flow becomes blocks, loops and ifs by walking the dominator tree (Ramsey: "Beyond Relooper"); an edge that does not fit leaves the
// unit. Local 0 is the parameter, local n register xn.
#include "../latch_jit.h"
#include "region.h"

enum { local_depth = 0, local_pc = 32, local_unit = 33, max_labels = 3 * max_blocks };

/// What a label of the enclosing structure means.
struct label {
  enum { label_loop, label_after, label_other } kind;
  int16_t block;
};

static latch_writer *w;
static struct label labels[max_labels];
static int label_count;
static uint32_t used, written;
static uint32_t entry;

static uint32_t address_of_register(uint32_t index) { return (uint32_t)(uintptr_t)&machine.x[index]; }

// ---- Registers ----

static void push(uint8_t index) {
  if (index) latch_index(w, LATCH_LOCAL_GET, index); else latch_i32(w, 0);
}

static void pop(uint8_t index) {
  if (index) latch_index(w, LATCH_LOCAL_SET, index); else latch_op(w, LATCH_DROP);
}

static void load_registers(void) {
  for (uint32_t index = 1; index < 32; index++) {
    if (!(used >> index & 1)) continue;
    latch_i32(w, 0);
    latch_access(w, LATCH_I32_LOAD, address_of_register(index));
    latch_index(w, LATCH_LOCAL_SET, index);
  }
}

static void store_registers(void) {
  for (uint32_t index = 1; index < 32; index++) {
    if (!(written >> index & 1)) continue;
    latch_i32(w, 0);
    latch_index(w, LATCH_LOCAL_GET, index);
    latch_access(w, LATCH_I32_STORE, address_of_register(index));
  }
}

static bool has_target_register(uint8_t kind) { return !is_branch(kind) && !(kind >= kind_sb && kind <= kind_sw); }

/// Which registers the region uses and changes.
static void find_registers(void) {
  used = written = 0;
  for (int place = 0; place < region.ordered_count; place++) {
    const struct block *block = &region.blocks[region.ordered[place]];
    for (uint32_t pc = block->start; pc < block->end; pc += 4) {
      struct instruction it = decode(pc);
      used |= 1u << it.rs1 | 1u << it.rs2 | 1u << it.rd;
      if (has_target_register(it.kind)) written |= 1u << it.rd;
    }
  }
  used &= ~1u;
  written &= ~1u;
}

// ---- Instructions ----

/// The operators that take more than one of WebAssembly's. Operands are in registers.
static void emit_long_product(struct instruction it, uint32_t extend_a, uint32_t extend_b) {
  push(it.rs1);
  latch_op(w, extend_a);
  push(it.rs2);
  latch_op(w, extend_b);
  latch_op(w, LATCH_I64_MUL);
  latch_i64(w, 32);
  latch_op(w, LATCH_I64_SHR_U);
  latch_op(w, LATCH_I32_WRAP_I64);
}

/// `operator` if the divisor is none of two values, which WebAssembly's divisions trap for.
static void emit_division(struct instruction it, uint32_t operator, bool is_signed, bool is_remainder) {
  push(it.rs2);
  latch_op(w, LATCH_I32_EQZ);
  latch_block(w, LATCH_IF, LATCH_RESULT_I32);
  if (is_remainder) push(it.rs1); else latch_i32(w, -1);
  latch_op(w, LATCH_ELSE);
  if (is_signed) {
    push(it.rs2);
    latch_i32(w, -1);
    latch_op(w, LATCH_I32_EQ);
    latch_block(w, LATCH_IF, LATCH_RESULT_I32);
    latch_i32(w, 0);
    if (!is_remainder) {
      push(it.rs1);
      latch_op(w, LATCH_I32_SUB);
    }
    latch_op(w, LATCH_ELSE);
  }
  push(it.rs1);
  push(it.rs2);
  latch_op(w, operator);
  latch_op(w, LATCH_END);
  if (is_signed) latch_op(w, LATCH_END);
}

static void emit_long_operator(struct instruction it) {
  switch (it.kind) {
    case kind_mulh: return emit_long_product(it, LATCH_I64_EXTEND_I32_S, LATCH_I64_EXTEND_I32_S);
    case kind_mulhsu: return emit_long_product(it, LATCH_I64_EXTEND_I32_S, LATCH_I64_EXTEND_I32_U);
    case kind_mulhu: return emit_long_product(it, LATCH_I64_EXTEND_I32_U, LATCH_I64_EXTEND_I32_U);
    case kind_div: return emit_division(it, LATCH_I32_DIV_S, true, false);
    case kind_divu: return emit_division(it, LATCH_I32_DIV_U, false, false);
    case kind_rem: return emit_division(it, LATCH_I32_REM_S, true, true);
    case kind_remu: return emit_division(it, LATCH_I32_REM_U, false, true);
  }
}

static const uint8_t operator_of[] = {
#define ROW(name, c, operator) operator,
  OPERATORS(ROW) OPERATORS(ROW) BRANCHES(ROW) LOADS(ROW) STORES(ROW)
#undef ROW
};

/// The address of a load or store: that of the program's memory is added as the access's offset. A program's address wraps at 2³².
static void push_address(struct instruction it) {
  push(it.rs1);
  if (it.imm) {
    latch_i32(w, it.imm);
    latch_op(w, LATCH_I32_ADD);
  }
}

/// An instruction that goes on to the next one.
static void emit_plain(uint32_t pc, struct instruction it) {
  (void)pc;
  uint8_t operator = it.kind < kind_lui ? operator_of[it.kind] : 0;
  if (it.kind >= kind_sb && it.kind <= kind_sw) {
    push_address(it);
    push(it.rs2);
    latch_access(w, operator, (uint32_t)(uintptr_t)ram);
  } else if (it.kind >= kind_lb && it.kind <= kind_lhu) {
    push_address(it);
    latch_access(w, operator, (uint32_t)(uintptr_t)ram);
    pop(it.rd);
  } else if (it.kind == kind_lui || it.kind == kind_auipc) {
    latch_i32(w, it.imm);
    pop(it.rd);
  } else if (it.kind == kind_fence) {
  } else if (it.kind >= kind_addi && it.kind < kind_beq) {
    push(it.rs1);
    latch_i32(w, it.imm);
    latch_op(w, operator);
    pop(it.rd);
  } else if (operator) {
    push(it.rs1);
    push(it.rs2);
    latch_op(w, operator);
    pop(it.rd);
  } else {
    emit_long_operator(it);
    pop(it.rd);
  }
}

// ---- Leaving ----

static void emit_br(uint32_t label) { latch_index(w, LATCH_BR, label); }

/// To the end of the function, where registers are stored. `local_pc` is set.
static void emit_exit(void) { emit_br((uint32_t)label_count); }

static void emit_exit_to(uint32_t pc) {
  latch_i32(w, (int32_t)pc);
  latch_index(w, LATCH_LOCAL_SET, local_pc);
  emit_exit();
}

// ---- Calls ----

/// Calls the unit whose index is on the stack, or this one; goes on after the call if it returns to `pc`.
static void emit_call(uint32_t pc, bool is_self) {
  latch_index(w, LATCH_LOCAL_GET, local_depth);
  latch_i32(w, 1);
  latch_op(w, LATCH_I32_SUB);
  if (is_self) {
    latch_index(w, LATCH_CALL, 0);
  } else {
    latch_index(w, LATCH_LOCAL_GET, local_unit);
    latch_call_indirect(w, LATCH_CALL_INDIRECT, 0);
  }
  latch_index(w, LATCH_LOCAL_TEE, local_pc);
  latch_i32(w, (int32_t)pc);
  latch_op(w, LATCH_I32_NE);
  // The registers are in memory.
  latch_index(w, LATCH_BR_IF, (uint32_t)label_count + 1);
  load_registers();
}

/// Leaves, to `local_pc`, unless the condition on the stack holds.
static void emit_exit_unless(void) {
  latch_op(w, LATCH_I32_EQZ);
  latch_index(w, LATCH_BR_IF, (uint32_t)label_count);
}

/// `local_unit` becomes the state of the place in `local_pc`; leaves if that is not compiled or calls are nested too deep.
static void emit_look_up(bool is_constant, uint32_t target) {
  if (is_constant) {
    latch_i32(w, 0);
    latch_access(w, LATCH_I32_LOAD, (uint32_t)(uintptr_t)&state[target / 4]);
  } else {
    latch_index(w, LATCH_LOCAL_GET, local_pc);
    latch_i32(w, code_size);
    latch_op(w, LATCH_I32_LT_U);
    latch_index(w, LATCH_LOCAL_GET, local_pc);
    latch_i32(w, 3);
    latch_op(w, LATCH_I32_AND);
    latch_op(w, LATCH_I32_EQZ);
    latch_op(w, LATCH_I32_AND);
    emit_exit_unless();
    latch_index(w, LATCH_LOCAL_GET, local_pc);
    latch_access(w, LATCH_I32_LOAD, (uint32_t)(uintptr_t)state);
  }
  latch_index(w, LATCH_LOCAL_TEE, local_unit);
  latch_i32(w, 0);
  latch_op(w, LATCH_I32_GT_S);
  latch_index(w, LATCH_LOCAL_GET, local_depth);
  latch_i32(w, 0);
  latch_op(w, LATCH_I32_GT_S);
  latch_op(w, LATCH_I32_AND);
  emit_exit_unless();
}

/// Pushes where an indirect jump leads to.
static void push_target(struct instruction it) {
  push(it.rs1);
  latch_i32(w, it.imm);
  latch_op(w, LATCH_I32_ADD);
  latch_i32(w, -2);
  latch_op(w, LATCH_I32_AND);
}

static void emit_call_ending(const struct block *block, struct instruction it, uint32_t pc) {
  bool is_constant = block->ending == ends_in_call;
  if (is_constant) latch_i32(w, it.imm); else push_target(it);
  latch_index(w, LATCH_LOCAL_SET, local_pc);
  latch_i32(w, (int32_t)(pc + 4));
  pop(it.rd);
  bool is_outside = is_constant && ((uint32_t)it.imm >= code_size || it.imm & 3);
  if (is_outside) return emit_exit();
  emit_look_up(is_constant, (uint32_t)it.imm);
  store_registers();
  emit_call(pc + 4, is_constant && (uint32_t)it.imm == entry);
}

// ---- Structure ----

static void emit_tree(int16_t index);

static void enter(unsigned kind, int16_t block) { labels[label_count++] = (struct label){kind, block}; }
static void leave_label(void) {
  label_count--;
  latch_op(w, LATCH_END);
}

/// The label, from inside, that stands for a block; -1 if there is none.
static int find_label(unsigned kind, int16_t block) {
  for (int index = label_count - 1; index >= 0; index--)
    if (labels[index].kind == kind && labels[index].block == block) return label_count - 1 - index;
  return -1;
}

static void emit_edge(int16_t from, struct edge edge) {
  if (edge.block == no_block) return emit_exit_to(edge.pc);
  const struct block *to = &region.blocks[edge.block];
  bool is_backward = to->order <= region.blocks[from].order;
  if (!is_backward && to->forward_edges == 1) return emit_tree(edge.block);
  int label = find_label(is_backward ? label_loop : label_after, edge.block);
  if (label < 0) return emit_exit_to(to->start);
  emit_br((uint32_t)label);
}

static void emit_block(int16_t index) {
  const struct block *block = &region.blocks[index];
  bool has_ending = block->ending != ends_outside && !(block->ending == ends_in_jump && block->next.pc == block->end);
  uint32_t last = has_ending ? block->end - 4 : block->end;
  for (uint32_t pc = block->start; pc < last; pc += 4) emit_plain(pc, decode(pc));
  struct instruction it = has_ending ? decode(last) : (struct instruction){0};
  switch (block->ending) {
    case ends_outside: return emit_exit_to(block->end);
    case ends_in_jump: return emit_edge(index, block->next);
    case ends_in_branch:
      push(it.rs1);
      push(it.rs2);
      latch_op(w, operator_of[it.kind]);
      latch_block(w, LATCH_IF, LATCH_NO_RESULT);
      enter(label_other, no_block);
      emit_edge(index, block->taken);
      leave_label();
      return emit_edge(index, block->next);
    case ends_in_call:
    case ends_in_indirect_call:
      emit_call_ending(block, it, last);
      return emit_edge(index, block->next);
    case ends_in_indirect_jump:
      push_target(it);
      latch_index(w, LATCH_LOCAL_SET, local_pc);
      return emit_exit();
  }
}

/// A block, and after it those that it dominates and that several edges lead to, in their order; each is what follows a `block` around all before it.
static void emit_within(int16_t index, int place) {
  for (; place > region.blocks[index].order; place--) {
    int16_t child = region.ordered[place];
    if (region.blocks[child].dominator != index || region.blocks[child].forward_edges < 2) continue;
    latch_block(w, LATCH_BLOCK, LATCH_NO_RESULT);
    enter(label_after, child);
    emit_within(index, place - 1);
    leave_label();
    return emit_tree(child);
  }
  emit_block(index);
}

static void emit_tree(int16_t index) {
  bool is_loop = region.blocks[index].is_loop;
  if (is_loop) {
    latch_block(w, LATCH_LOOP, LATCH_NO_RESULT);
    enter(label_loop, index);
  }
  emit_within(index, region.ordered_count - 1);
  if (is_loop) leave_label();
}

static void emit_unit(void) {
  latch_body(w, "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii");
  load_registers();
  latch_block(w, LATCH_BLOCK, LATCH_NO_RESULT);
  latch_block(w, LATCH_BLOCK, LATCH_NO_RESULT);
  label_count = 0;
  emit_tree(0);
  latch_op(w, LATCH_END);
  store_registers();
  latch_op(w, LATCH_END);
  latch_index(w, LATCH_LOCAL_GET, local_pc);
  latch_body_end(w);
}

int32_t translate(uint32_t pc, int32_t place, uint8_t *bytes, uint32_t capacity) {
  if (!find_region(pc)) return -1;
  entry = pc;
  find_registers();
  latch_writer writer = latch_begin(bytes, capacity);
  w = &writer;
  latch_section(w, LATCH_TYPES);
  latch_type(w, "i>i");
  latch_type(w, ">");
  latch_section(w, LATCH_IMPORTS);
  latch_import_memory(w, "env", "memory");
  latch_import_table(w, "env", "__indirect_function_table");
  latch_section(w, LATCH_FUNCTIONS);
  latch_function(w, 0);
  latch_function(w, 1);
  latch_start(w, 1);
  latch_section(w, LATCH_ELEMENTS);
  latch_elements(w, 0, 1);
  latch_section(w, LATCH_CODE);
  emit_unit();
  uint32_t slot = (uint32_t)(uintptr_t)&state[pc / 4];
  if (place < 0) latch_patch(w, 1, &slot, 1); else latch_patch_at(w, (uint32_t)place, 1, &slot, 1);
  return latch_finish(w);
}
