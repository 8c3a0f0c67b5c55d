// Decoding of instructions (The RISC-V Instruction Set Manual, Volume I: RV32I and "M").
#include "machine.h"

static int32_t field(uint32_t word, int low, int count) { return (word >> low) & ((1u << count) - 1); }
static int32_t signed_field(uint32_t word, int low, int count) { return (int32_t)(word << (32 - low - count)) >> (32 - count); }

static uint8_t operator_kind(uint32_t word) {
  static const uint8_t base[8] = {kind_add, kind_sll, kind_slt, kind_sltu, kind_xor, kind_srl, kind_or, kind_and};
  static const uint8_t multiply[8] = {kind_mul, kind_mulh, kind_mulhsu, kind_mulhu, kind_div, kind_divu, kind_rem, kind_remu};
  int f3 = field(word, 12, 3), f7 = field(word, 25, 7);
  if (f7 == 1) return multiply[f3];
  if (f7 == 0x20) return f3 == 0 ? kind_sub : f3 == 5 ? kind_sra : kind_illegal;
  return f7 == 0 ? base[f3] : kind_illegal;
}

static uint8_t immediate_kind(uint32_t word) {
  static const uint8_t base[8] = {kind_addi, kind_slli, kind_slti, kind_sltui, kind_xori, kind_srli, kind_ori, kind_andi};
  int f3 = field(word, 12, 3), f7 = field(word, 25, 7);
  if (f3 == 1 && f7 != 0) return kind_illegal;
  if (f3 == 5 && f7 != 0) return f7 == 0x20 ? kind_srai : kind_illegal;
  return base[f3];
}

struct instruction decode(uint32_t pc) {
  static const uint8_t branches[8] = {kind_beq, kind_bne, kind_illegal, kind_illegal, kind_blt, kind_bge, kind_bltu, kind_bgeu};
  static const uint8_t loads[8] = {kind_lb, kind_lh, kind_lw, kind_illegal, kind_lbu, kind_lhu, kind_illegal, kind_illegal};
  static const uint8_t stores[8] = {kind_sb, kind_sh, kind_sw, kind_illegal, kind_illegal, kind_illegal, kind_illegal, kind_illegal};
  uint32_t word = *(const uint32_t *)(ram + pc);
  struct instruction it = {kind_illegal, field(word, 7, 5), field(word, 15, 5), field(word, 20, 5), signed_field(word, 20, 12)};
  int f3 = field(word, 12, 3);
  switch (word & 0x7F) {
    case 0x33: it.kind = operator_kind(word); break;
    case 0x13:
      it.kind = immediate_kind(word);
      if (f3 == 1 || f3 == 5) it.imm = it.rs2;
      break;
    case 0x03: it.kind = loads[f3]; break;
    case 0x23:
      it.kind = stores[f3];
      it.imm = signed_field(word, 25, 7) * 32 + it.rd;
      break;
    case 0x63:
      it.kind = branches[f3];
      it.imm = pc + signed_field(word, 31, 1) * 4096 + field(word, 7, 1) * 2048 + field(word, 25, 6) * 32 + field(word, 8, 4) * 2;
      break;
    case 0x37:
      it.kind = kind_lui;
      it.imm = word & 0xFFFFF000;
      break;
    case 0x17:
      it.kind = kind_auipc;
      it.imm = pc + (word & 0xFFFFF000);
      break;
    case 0x6F:
      it.kind = kind_jal;
      it.imm = pc + signed_field(word, 31, 1) * (1 << 20) + field(word, 12, 8) * 4096 + field(word, 20, 1) * 2048 + field(word, 21, 10) * 2;
      break;
    case 0x67: it.kind = f3 == 0 ? kind_jalr : kind_illegal; break;
    case 0x0F: it.kind = kind_fence; break;
    case 0x73: it.kind = word == 0x73 ? kind_ecall : word == 0x100073 ? kind_ebreak : kind_illegal; break;
  }
  return it;
}
