// Files that are mapped while a program may make them shorter. An access to what is not there any more raises SIGBUS. No code can go on without
// what it reads, so the process ends; but it says why.
#define _GNU_SOURCE
#include <stdatomic.h>
#include <unistd.h>

#include "Thread.h"

/// Files that are mapped at the same time, beyond which an access ends the process without a word.
enum { most_files = 64 };

static struct {
  _Atomic uintptr_t start;
  _Atomic size_t size;
} files[most_files];

void latch_note_file(const void *start, size_t size) {
  latch_install_handler();
  for (int index = 0; index < most_files; index++) {
    uintptr_t none = 0;
    if (!atomic_compare_exchange_strong(&files[index].start, &none, (uintptr_t)start)) continue;
    atomic_store(&files[index].size, size);
    return;
  }
}

void latch_forget_file(const void *start) {
  for (int index = 0; index < most_files; index++) {
    if (atomic_load(&files[index].start) != (uintptr_t)start) continue;
    atomic_store(&files[index].size, 0);
    atomic_store(&files[index].start, 0);
    return;
  }
}

void latch_end_if_file_is_shorter(uintptr_t address) {
  static const char message[] =
      "latch: the file of a saved module has been made shorter while it was in use; run again, and replace such files by renaming others to their place\n";
  for (int index = 0; index < most_files; index++) {
    if (address - atomic_load(&files[index].start) >= atomic_load(&files[index].size)) continue;
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0) {}
    _exit(1);
  }
}
