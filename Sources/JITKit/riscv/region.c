// Finds regions: first where blocks begin, then where they end and lead, then order and dominators (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm").
#include "region.h"

struct region region;

/// The number of the block that begins at a place, plus one.
static uint8_t block_at[code_words];

static int16_t block_of(uint32_t pc) { return pc < code_size && !(pc & 3) ? (int16_t)(block_at[pc / 4] - 1) : no_block; }

/// Notes that a block begins somewhere, if there is room for one more.
static void begin_block(uint32_t pc) {
  if (pc >= code_size || pc & 3 || block_at[pc / 4] || region.count == max_blocks) return;
  region.blocks[region.count++] = (struct block){.start = pc};
  block_at[pc / 4] = (uint8_t)region.count;
}

static bool ends_block(uint8_t kind) {
  return is_branch(kind) || kind == kind_jal || kind == kind_jalr || kind == kind_ecall || kind == kind_ebreak || kind == kind_illegal;
}

/// Looks from a block's start to its last instruction, and notes where others begin.
static void find_beginnings(uint32_t pc) {
  for (uint32_t length = 0; pc < code_size && length < max_block_length; pc += 4, length++) {
    struct instruction it = decode(pc);
    if (!ends_block(it.kind)) continue;
    if (is_branch(it.kind)) begin_block((uint32_t)it.imm);
    if (it.kind == kind_jal && it.rd == 0) begin_block((uint32_t)it.imm);
    if (is_branch(it.kind) || ((it.kind == kind_jal || it.kind == kind_jalr) && it.rd != 0)) begin_block(pc + 4);
    return;
  }
}

static struct edge edge_to(uint32_t pc) { return (struct edge){block_of(pc), pc}; }

/// Finds where a block ends and what follows.
static void find_end(struct block *block) {
  uint32_t pc = block->start;
  for (uint32_t length = 0;; pc += 4, length++) {
    if (pc >= code_size || length == max_block_length) break;
    if (pc != block->start && block_at[pc / 4]) {
      block->ending = ends_in_jump;
      block->end = pc;
      block->next = edge_to(pc);
      return;
    }
    struct instruction it = decode(pc);
    if (!ends_block(it.kind)) continue;
    block->end = pc + 4;
    block->next = edge_to(pc + 4);
    if (is_branch(it.kind)) {
      block->ending = ends_in_branch;
      block->taken = edge_to((uint32_t)it.imm);
    } else if (it.kind == kind_jal) {
      block->ending = it.rd == 0 ? ends_in_jump : ends_in_call;
      if (it.rd == 0) block->next = edge_to((uint32_t)it.imm);
    } else if (it.kind == kind_jalr) {
      block->ending = it.rd == 0 ? ends_in_indirect_jump : ends_in_indirect_call;
    } else {
      break;
    }
    return;
  }
  block->ending = ends_outside;
  block->end = pc;
}

static int successors(const struct block *block, int16_t found[2]) {
  int count = 0;
  bool has_next = block->ending != ends_in_indirect_jump && block->ending != ends_outside;
  if (has_next && block->next.block != no_block) found[count++] = block->next.block;
  if (block->ending == ends_in_branch && block->taken.block != no_block) found[count++] = block->taken.block;
  return count;
}

static void visit(int16_t index, bool *is_visited) {
  is_visited[index] = true;
  int16_t found[2];
  int count = successors(&region.blocks[index], found);
  for (int which = 0; which < count; which++)
    if (!is_visited[found[which]]) visit(found[which], is_visited);
  region.ordered[region.ordered_count++] = index;
}

static void find_order(void) {
  bool is_visited[max_blocks] = {0};
  region.ordered_count = 0;
  visit(0, is_visited);
  for (int low = 0, high = region.ordered_count - 1; low < high; low++, high--) {
    int16_t other = region.ordered[low];
    region.ordered[low] = region.ordered[high];
    region.ordered[high] = other;
  }
  for (int place = 0; place < region.ordered_count; place++) region.blocks[region.ordered[place]].order = (int16_t)place;
}

static int16_t common_dominator(int16_t one, int16_t other) {
  while (one != other) {
    while (region.blocks[one].order > region.blocks[other].order) one = region.blocks[one].dominator;
    while (region.blocks[other].order > region.blocks[one].order) other = region.blocks[other].dominator;
  }
  return one;
}

static void find_dominators(void) {
  for (int place = 0; place < region.ordered_count; place++) region.blocks[region.ordered[place]].dominator = no_block;
  region.blocks[0].dominator = 0;
  for (bool changes = true; changes;) {
    changes = false;
    for (int place = 0; place < region.ordered_count; place++) {
      int16_t from = region.ordered[place], found[2];
      int count = successors(&region.blocks[from], found);
      if (region.blocks[from].dominator == no_block) continue;
      for (int which = 0; which < count; which++) {
        struct block *to = &region.blocks[found[which]];
        if (found[which] == 0) continue;
        int16_t dominator = to->dominator == no_block ? from : common_dominator(to->dominator, from);
        changes |= dominator != to->dominator;
        to->dominator = dominator;
      }
    }
  }
}

bool dominates(int16_t above, int16_t below) {
  while (region.blocks[below].order > region.blocks[above].order) below = region.blocks[below].dominator;
  return above == below;
}

static void classify_edges(void) {
  for (int place = 0; place < region.ordered_count; place++) {
    int16_t from = region.ordered[place], found[2];
    int count = successors(&region.blocks[from], found);
    for (int which = 0; which < count; which++) {
      struct block *to = &region.blocks[found[which]];
      if (to->order > place) to->forward_edges++; else if (dominates(found[which], from)) to->is_loop = true;
    }
  }
}

bool find_region(uint32_t pc) {
  region.count = 0;
  begin_block(pc);
  for (int index = 0; index < region.count; index++) find_beginnings(region.blocks[index].start);
  for (int index = 0; index < region.count; index++) find_end(&region.blocks[index]);
  for (int index = 0; index < region.count; index++) block_at[region.blocks[index].start / 4] = 0;
  if (region.count == 0 || (region.blocks[0].ending == ends_outside && region.blocks[0].end == pc)) return false;
  find_order();
  find_dominators();
  classify_edges();
  return true;
}
