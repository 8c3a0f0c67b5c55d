// The emulator: reads a static RV32IM executable (ELF) from the standard input and runs it. Exports:
//
//   interpret()         interprets only
//   run()               has hot code linked when it is hot (push: latch_jit.link)
//   step()              returns when there is something to link, or at the end (pull: next_module)
//   run_with_limit(n)   as run, with at most so many units at a time; returns how many were unlinked
//
// All but the last return the program's exit code.
#include "machine.h"

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
struct vector { void *start; uint32_t length; };
WASI("fd_read") int fd_read(int descriptor, const struct vector *vectors, int count, uint32_t *done);
WASI("fd_write") int fd_write(int descriptor, const struct vector *vectors, int count, uint32_t *done);

struct machine machine;
uint8_t *ram;
int32_t state[code_words];
/// Where the program's data ends, for `brk`.
static uint32_t program_end;

static void write_all(int descriptor, const void *start, uint32_t length) {
  const uint8_t *at = start;
  while (length) {
    uint32_t done = 0;
    struct vector vector = {(void *)at, length};
    if (fd_write(descriptor, &vector, 1, &done) != 0 || done == 0) return;
    at += done;
    length -= done;
  }
}

static void end(int32_t code) {
  machine.has_ended = true;
  machine.exit_code = code;
}

void fail(const char *message) {
  char text[128] = "riscv: ";
  uint32_t length = 7;
  while (*message) text[length++] = *message++;
  for (const char *place = " at pc 0x"; *place;) text[length++] = *place++;
  for (int shift = 28; shift >= 0; shift -= 4) text[length++] = "0123456789abcdef"[machine.pc >> shift & 15];
  text[length++] = '\n';
  write_all(2, text, length);
  end(139);
}

void system_call(void) {
  uint32_t a0 = machine.x[10], a1 = machine.x[11], a2 = machine.x[12];
  switch (machine.x[17]) {
    case 64:  // write
      if (a1 > ram_size || a2 > ram_size - a1) return fail("write from outside the memory");
      write_all((int)a0, ram + a1, a2);
      machine.x[10] = a2;
      return;
    case 93:  // exit
    case 94: return end((int32_t)(a0 & 0xFF));
    case 214:  // brk
      if (a0 >= program_end && a0 < ram_size / 2) program_end = a0;
      machine.x[10] = program_end;
      return;
    default: machine.x[10] = (uint32_t)-38;
  }
}

struct elf_header {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version, entry, segments, sections, flags;
  uint16_t size, segment_size, segment_count;
};
struct elf_segment { uint32_t type, offset, address, physical, file_size, memory_size, flags, alignment; };

static uint8_t file[2 << 20];

static uint32_t read_file(void) {
  uint32_t length = 0, done = 0;
  do {
    struct vector vector = {file + length, sizeof file - length};
    if (fd_read(0, &vector, 1, &done) != 0) return 0;
    length += done;
  } while (done && length < sizeof file);
  return length;
}

static bool load_segment(const struct elf_segment *segment, uint32_t length) {
  if (segment->type != 1) return true;
  if (segment->offset > length || segment->file_size > length - segment->offset) return false;
  if (segment->address > ram_size || segment->memory_size > ram_size - segment->address || segment->file_size > segment->memory_size) return false;
  __builtin_memcpy(ram + segment->address, file + segment->offset, segment->file_size);
  uint32_t top = segment->address + segment->memory_size;
  if (top > program_end) program_end = top;
  return true;
}

/// Reads the program; false, with a message, if it is none.
static bool load(void) {
  uint32_t length = read_file();
  const struct elf_header *header = (const struct elf_header *)file;
  bool is_ours = length >= sizeof *header && *(const uint32_t *)file == 0x464C457F && header->identity[4] == 1 && header->machine == 243 && header->type == 2;
  if (!is_ours || header->segment_size != sizeof(struct elf_segment)) return fail("no static executable for RV32"), false;
  for (uint32_t index = 0; index < header->segment_count; index++) {
    uint32_t place = header->segments + index * (uint32_t)sizeof(struct elf_segment);
    if (place > length || sizeof(struct elf_segment) > length - place || !load_segment((const struct elf_segment *)(file + place), length))
      return fail("a segment does not fit"), false;
  }
  if (header->entry >= code_size) return fail("the entry lies outside the code"), false;
  machine.pc = header->entry;
  machine.x[2] = ram_size - 16;
  return true;
}

static bool is_loaded;

static bool prepare(int32_t start) {
  if (is_loaded) return !machine.has_ended;
  is_loaded = true;
  uintptr_t old = __builtin_wasm_memory_grow(0, ram_size / page_size);
  if (old == (uintptr_t)-1) return fail("no memory"), false;
  ram = (uint8_t *)(old * page_size);
  for (uint32_t index = 0; index < code_words; index++) state[index] = start;
  prepare_interpreter();
  return load();
}

__attribute__((export_name("interpret"))) int32_t interpret_all(void) {
  if (prepare(never_hot)) while (!machine.has_ended) interpret();
  return machine.exit_code;
}

enum { nested_calls = 2000 };

/// Runs what is compiled, else interprets; false when something hot could not be compiled at once.
static bool advance(bool (*compile)(void)) {
  while (!machine.has_ended) {
    int32_t at = machine.pc < code_size && !(machine.pc & 3) ? state[machine.pc / 4] : never_hot;
    if (at > 0) {
      machine.pc = ((unit)at)(nested_calls);
    } else if (at == 0) {
      if (!compile) return false;
      compile();
    } else {
      interpret();
    }
  }
  return true;
}

__attribute__((export_name("run"))) int32_t run(void) {
  if (prepare(hot)) advance(compile_now);
  return machine.exit_code;
}

__attribute__((export_name("step"))) int32_t step(void) {
  if (!prepare(hot)) return machine.exit_code;
  while (!advance(0))
    if (compile_for_pull()) return 0;
  return machine.exit_code;
}

__attribute__((export_name("run_with_limit"))) int32_t run_with_limit(int32_t count) {
  limit_units(count);
  run();
  return (int32_t)machine.unlinked;
}

/// Nothing is to be prepared before the program is there.
void _initialize(void);
__attribute__((export_name("_initialize"))) void _initialize(void) {}
