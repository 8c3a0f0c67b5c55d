// Copies the standard input to the standard output, with reads of many sizes, and adds a line with its size.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[100000];

int main(void) {
  unsigned long long total = 0;
  size_t size = 1;
  for (;;) {
    ssize_t count = read(0, buffer, size);
    if (count < 0) return 2;
    if (count == 0) break;
    total += (unsigned long long)count;
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(1, buffer + done, (size_t)(count - done));
      if (written < 0) return errno == EPIPE ? 3 : errno == ENOSPC ? 4 : 5;
      done += written;
    }
    size = size * 3 % 100000 + 1;
  }
  char line[64];
  int length = snprintf(line, sizeof line, "\n%llu bytes\n", total);
  return write(1, line, (size_t)length) == length ? 0 : 6;
}
