// Makes, changes, renames and removes files and directories in the current directory, and says what each step gave.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *name_of(int error) {
  static const struct { int number; const char *name; } names[] = {
      {0, "ok"}, {ENOENT, "ENOENT"}, {EEXIST, "EEXIST"}, {ENOTDIR, "ENOTDIR"}, {EISDIR, "EISDIR"}, {ENOTEMPTY, "ENOTEMPTY"}, {EINVAL, "EINVAL"}, {EBADF, "EBADF"}, {ELOOP, "ELOOP"}, {ESPIPE, "ESPIPE"}, {EACCES, "EACCES"}, {EPERM, "EPERM"}, {ENAMETOOLONG, "ENAMETOOLONG"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (names[i].number == error) return names[i].name;
  }
  return strerror(error);
}

#define SHOW(call)                                                              \
  do {                                                                          \
    errno = 0;                                                                  \
    long result = (long)(call);                                                 \
    printf("%-46s %ld %s\n", #call, result, result < 0 ? name_of(errno) : "ok"); \
  } while (0)

static void put(const char *path, const char *text, int flags) {
  int file = open(path, flags, 0644);
  printf("put %s: %s", path, file < 0 ? name_of(errno) : "ok");
  if (file >= 0) printf(" %ld", (long)write(file, text, strlen(text))), close(file);
  printf("\n");
}

static void show(const char *path) {
  char text[200];
  FILE *file = fopen(path, "r");
  if (!file) {
    printf("%s: %s\n", path, name_of(errno));
    return;
  }
  size_t count = fread(text, 1, sizeof text - 1, file);
  text[count] = 0;
  printf("%s: %zu \"%s\"\n", path, count, text);
  fclose(file);
}

static void about(const char *path) {
  struct stat s;
  if (lstat(path, &s) != 0) {
    printf("%s: %s\n", path, name_of(errno));
    return;
  }
  const char *type = S_ISREG(s.st_mode) ? "file" : S_ISDIR(s.st_mode) ? "directory" : S_ISLNK(s.st_mode) ? "link" : "other";
  printf("%s: %s", path, type);
  if (S_ISREG(s.st_mode)) printf(" %lld bytes, %ld links", (long long)s.st_size, (long)s.st_nlink);
  printf("\n");
}

int main(void) {
  SHOW(mkdir("a", 0755));
  SHOW(mkdir("a", 0755));
  SHOW(mkdir("a/b", 0755));
  SHOW(mkdir("none/b", 0755));
  put("a/one", "first", O_WRONLY | O_CREAT | O_TRUNC);
  put("a/one", " second", O_WRONLY | O_APPEND);
  put("a/one", "x", O_WRONLY | O_CREAT | O_EXCL);
  put("a/none", "x", O_WRONLY);
  put("a", "x", O_WRONLY);
  show("a/one");
  SHOW(link("a/one", "a/hard"));
  about("a/hard");
  SHOW(symlink("one", "a/soft"));
  SHOW(symlink("missing", "a/dangling"));
  about("a/soft");
  show("a/soft");
  show("a/dangling");
  put("a/dangling", "through a link", O_WRONLY | O_CREAT);
  show("a/missing");
  SHOW(rename("a/one", "a/b/moved"));
  SHOW(rename("a/one", "a/b/moved"));
  SHOW(rename("a/b", "a/c"));
  SHOW(rename("a/c", "a/hard"));
  SHOW(rename("a/hard", "a/c"));
  show("a/c/moved");
  SHOW(truncate("a/c/moved", 5));
  about("a/c/moved");
  SHOW(access("a/c/moved", R_OK | W_OK));
  SHOW(access("a/c/none", R_OK));
  SHOW(unlink("a/c"));
  SHOW(rmdir("a/c"));
  SHOW(rmdir("a/c/moved"));
  SHOW(unlink("a/soft"));
  SHOW(unlink("a/none"));

  int file = open("a/data", O_RDWR | O_CREAT, 0644);
  struct iovec parts[] = {{"abc", 3}, {"", 0}, {"defgh", 5}};
  SHOW(writev(file, parts, 3));
  SHOW(lseek(file, 2, SEEK_SET));
  SHOW(write(file, "XY", 2));
  SHOW(lseek(file, 0, SEEK_CUR));
  SHOW(lseek(file, -1, SEEK_END));
  SHOW(lseek(file, -100, SEEK_CUR));
  SHOW(pwrite(file, "!", 1, 20));
  char buffer[32] = {0};
  SHOW(pread(file, buffer, 8, 0));
  printf("%s\n", buffer);
  SHOW(ftruncate(file, 10));
  SHOW(fsync(file));
  SHOW(close(file));
  SHOW(close(file));
  SHOW(write(file, "x", 1));
  about("a/data");
  file = open("a", O_RDONLY | O_DIRECTORY);
  struct stat s;
  SHOW(fstat(file, &s));
  SHOW(fstatat(file, "data", &s, 0));
  SHOW(openat(file, "c/none", O_RDONLY));
  SHOW(read(file, buffer, 1));
  SHOW(unlinkat(file, "data", 0));
  SHOW(close(file));
  SHOW(open("a/c/moved", O_RDONLY | O_DIRECTORY));
  SHOW(open("a/c/moved/x", O_RDONLY));
  struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 2000, .tv_nsec = 5000}};
  SHOW(utimensat(AT_FDCWD, "a/c/moved", times, 0));
  stat("a/c/moved", &s);
  printf("%lld %lld %ld\n", (long long)s.st_atim.tv_sec, (long long)s.st_mtim.tv_sec, (long)s.st_mtim.tv_nsec);

  // A directory that is read while it changes, and from a place that was kept.
  for (int i = 0; i < 500; i++) {
    char path[40];
    snprintf(path, sizeof path, "a/c/file-%03d", i);
    close(open(path, O_WRONLY | O_CREAT, 0644));
  }
  DIR *directory = opendir("a/c");
  int seen = 0;
  long place = 0;
  char name_at_place[300] = "";
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.') continue;
    if (seen == 250) strcpy(name_at_place, entry->d_name);
    if (++seen == 250) place = telldir(directory);
  }
  seekdir(directory, place);
  struct dirent *entry = readdir(directory);
  printf("%d entries, %s\n", seen, entry && strcmp(entry->d_name, name_at_place) == 0 ? "found again" : "lost");
  rewinddir(directory);
  for (seen = 0; readdir(directory);) seen++;
  printf("%d entries\n", seen);
  SHOW(closedir(directory));
  return 0;
}
