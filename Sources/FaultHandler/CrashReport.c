// What is said when a fault that is no trap ends the process while WebAssembly is active on the thread: in a host function, or by a mistake of the
// engine. Addresses of compiled code mean nothing to whoever reads a crash report, so the active functions are named. Runs in the signal handler: no
// locks, no memory, nothing of the C library but `write`.
#include <string.h>
#include <unistd.h>

#include "Thread.h"

enum { line_capacity = 256, name_capacity = 120, shown_frames = 32 };

/// A line being put together; what does not fit is left out.
struct line {
  char text[line_capacity];
  size_t length;
};

static void add_bytes(struct line *line, const void *bytes, size_t count) {
  size_t room = line_capacity - line->length;
  if (count > room) count = room;
  memcpy(line->text + line->length, bytes, count);
  line->length += count;
}

static void add(struct line *line, const char *text) { add_bytes(line, text, strlen(text)); }

static void add_number(struct line *line, uint64_t number, unsigned base) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number);
  add_bytes(line, digits + first, sizeof digits - first);
}

static void end(struct line *line) {
  if (line->length == line_capacity) line->length--;
  line->text[line->length++] = '\n';
  // There is nobody to tell that this did not work.
  if (write(STDERR_FILENO, line->text, line->length) < 0) return;
}

/// A part of a name section.
struct input {
  const uint8_t *at, *end;
};

/// Reads a LEB128 number; false at the end of the input, or if it is longer than 32 bits.
static bool read_number(struct input *input, uint32_t *number) {
  *number = 0;
  for (unsigned shift = 0; shift < 35 && input->at < input->end; shift += 7) {
    uint8_t byte = *input->at++;
    *number |= (uint32_t)(byte & 0x7F) << (shift & 31);
    if (!(byte & 0x80)) return true;
  }
  return false;
}

static bool read_part(struct input *input, struct input *part) {
  uint32_t size;
  if (!read_number(input, &size) || size > (size_t)(input->end - input->at)) return false;
  *part = (struct input){input->at, input->at + size};
  input->at = part->end;
  return true;
}

/// The name of a function in a name section: subsection 1 is a vector of indices and names.
static bool find_name(const struct latch_code *code, struct input *name) {
  if (!code->names) return false;
  struct input section = {code->names, code->names + code->names_size}, part;
  while (section.at < section.end) {
    uint8_t kind = *section.at++;
    if (!read_part(&section, &part)) return false;
    if (kind != 1) continue;
    uint32_t count, index;
    if (!read_number(&part, &count)) return false;
    while (count-- && read_number(&part, &index) && read_part(&part, name))
      if (index == code->function_index) return true;
    return false;
  }
  return false;
}

/// A module chooses its names: nothing in them may control a terminal.
static void add_name(struct line *line, struct input name) {
  size_t count = (size_t)(name.end - name.at);
  for (size_t i = 0; i < count && i < name_capacity; i++) {
    char byte = (char)name.at[i];
    add_bytes(line, byte >= 0x20 && byte < 0x7F ? &byte : "?", 1);
  }
}

static void report_frame(const struct latch_code *code, uintptr_t pc) {
  struct line line = {.length = 0};
  struct input name;
  add(&line, "  wasm function ");
  add_number(&line, code->function_index, 10);
  if (find_name(code, &name)) {
    add(&line, " <");
    add_name(&line, name);
    add(&line, ">");
  }
  add(&line, " + 0x");
  add_number(&line, pc - code->start, 16);
  end(&line);
}

void latch_report_crash(const struct latch_thread *thread, int signal, uintptr_t address, uintptr_t pc, uintptr_t frame) {
  const struct latch_code *code = latch_code_find(pc);
  struct line line = {.length = 0};
  add(&line, "latch: fatal signal ");
  add_number(&line, (uint64_t)signal, 10);
  add(&line, code ? " in compiled WebAssembly, at 0x" : " in a function that WebAssembly has called, at 0x");
  add_number(&line, pc, 16);
  add(&line, ", address 0x");
  add_number(&line, address, 16);
  end(&line);
  unsigned shown = 0;
  if (code) {
    report_frame(code, pc);
    shown++;
  }
  // Frames of the host between and above are passed over: it keeps frame pointers, too.
  while (shown < shown_frames && frame % 8 == 0 && frame >= thread->stack_low && frame + 16 <= thread->stack_high) {
    uintptr_t next = ((uintptr_t *)frame)[0], back = ((uintptr_t *)frame)[1];
    code = latch_is_crossing(back) ? NULL : latch_code_find(back - 1);
    if (code) {
      report_frame(code, back);
      shown++;
    }
    if (next <= frame) break;
    frame = next;
  }
}
