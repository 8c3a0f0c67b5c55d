// A region: the blocks that are reached from an address by branches and jumps, without calls and returns, as a graph with what structured control flow needs.
#pragma once
#include "machine.h"

enum { max_blocks = 160, max_block_length = 4000, no_block = -1 };

/// How a block ends.
enum ending {
  /// Goes on to `next`.
  ends_in_jump,
  /// To `taken` if the last instruction's condition holds, else to `next`.
  ends_in_branch,
  /// Calls, and goes on to `next` if the callee returns there.
  ends_in_call,
  ends_in_indirect_call,
  /// To where a register says: a return, above all.
  ends_in_indirect_jump,
  /// At an instruction that the interpreter has to execute.
  ends_outside,
};

struct edge {
  /// no_block: outside the region, at `pc`.
  int16_t block;
  uint32_t pc;
};

struct block {
  /// Its instructions, the last of which may be what it ends with; from `start` to before `end`.
  uint32_t start, end;
  enum ending ending;
  struct edge next, taken;
  /// In reverse postorder, and the block that dominates it immediately.
  int16_t order, dominator;
  /// Edges that come from earlier in the order.
  int16_t forward_edges;
  bool is_loop;
};

struct region {
  struct block blocks[max_blocks];
  int16_t count;
  /// Blocks in reverse postorder; the entry is the first.
  int16_t ordered[max_blocks];
  int16_t ordered_count;
};

extern struct region region;

/// Makes `region` that of an address. False if there is nothing to compile.
bool find_region(uint32_t pc);
bool dominates(int16_t above, int16_t below);
