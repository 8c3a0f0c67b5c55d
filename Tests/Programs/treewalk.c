// Lists everything beneath each directory that is an argument, sorted, with types and sizes; follows no links.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long long total;
static unsigned files, folders, links;

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int walk(const char *path, int depth) {
  DIR *directory = opendir(path);
  if (!directory) {
    printf("%s: %s\n", path, errno == ENOENT ? "missing" : errno == ENOTDIR ? "no directory" : "cannot be opened");
    return 1;
  }
  char **names = NULL;
  size_t count = 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    names = realloc(names, (count + 1) * sizeof *names);
    names[count++] = strdup(entry->d_name);
  }
  closedir(directory);
  qsort(names, count, sizeof *names, by_text);
  int failures = 0;
  for (size_t i = 0; i < count; i++) {
    char child[1024];
    snprintf(child, sizeof child, "%s/%s", path, names[i]);
    struct stat information;
    if (lstat(child, &information) != 0) {
      printf("%s: no information\n", child);
      failures++;
      continue;
    }
    printf("%*s%s", 2 * depth, "", names[i]);
    if (S_ISDIR(information.st_mode)) {
      folders++;
      printf("/\n");
      failures += walk(child, depth + 1);
    } else if (S_ISLNK(information.st_mode)) {
      links++;
      char target[256];
      ssize_t length = readlink(child, target, sizeof target - 1);
      target[length < 0 ? 0 : length] = 0;
      printf(" -> %s%s\n", target, access(child, F_OK) == 0 ? "" : " (broken)");
    } else {
      files++;
      total += (unsigned long long)information.st_size;
      printf(" %lld\n", (long long)information.st_size);
    }
    free(names[i]);
  }
  free(names);
  return failures;
}

int main(int argc, char **argv) {
  int failures = 0;
  for (int i = 1; i < argc; i++) {
    printf("%s\n", argv[i]);
    failures += walk(argv[i], 1);
  }
  printf("%u files, %u folders, %u links, %llu bytes\n", files, folders, links, total);
  return failures;
}
