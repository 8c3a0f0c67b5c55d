// Writes its arguments and environment, and ends with the code that the last argument says.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static void leave(void) { printf("leaving\n"); }

int main(int argc, char **argv) {
  atexit(leave);
  printf("%d\n", argc);
  for (int i = 1; i < argc; i++) printf("%d: \"%s\" %zu\n", i, argv[i], strlen(argv[i]));
  for (char **variable = environ; *variable; variable++) printf("%s\n", *variable);
  const char *home = getenv("HOME");
  printf("HOME is %s\n", home ? home : "not set");
  setenv("ADDED", "value", 1);
  printf("%s\n", getenv("ADDED"));
  fprintf(stderr, "to the other stream\n");
  exit(argc > 1 ? atoi(argv[argc - 1]) : 0);
}
