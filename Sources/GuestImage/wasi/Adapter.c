// What a frozen program has in place of its host: the guest's imports (GuestABI's `GuestImport`) by means of WASI preview 1, and `_start`. It is a module of
// its own, linked as a position-independent one: the freezer gives it a place in the guest's memory, and merges it with the guest. What of it
// is not called is left out.
//
// Exports named `latch.NAME` take the place of the guest's imports of that name.
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
#define GUEST(name) __attribute__((import_module("guest"), import_name(name)))

// MARK: WASI

typedef struct {
  const void *pointer;
  size_t length;
} vector;

WASI("fd_write") int fd_write(int fd, const vector *vectors, size_t count, size_t *written);
WASI("fd_read") int fd_read(int fd, const vector *vectors, size_t count, size_t *read);
WASI("fd_close") int fd_close(int fd);
WASI("fd_prestat_get") int fd_prestat_get(int fd, uint32_t *prestat);
WASI("fd_prestat_dir_name") int fd_prestat_dir_name(int fd, char *name, size_t length);
WASI("path_open")
int path_open(
    int fd, int lookup, const char *path, size_t length, int open_flags, uint64_t rights, uint64_t inheriting, int fd_flags, int *opened);
WASI("path_filestat_get") int path_filestat_get(int fd, int lookup, const char *path, size_t length, uint64_t *stat);
WASI("path_unlink_file") int path_unlink_file(int fd, const char *path, size_t length);
WASI("clock_time_get") int clock_time_get(int clock, uint64_t precision, uint64_t *time);
WASI("poll_oneoff") int poll_oneoff(const void *subscriptions, void *events, size_t count, size_t *happened);
WASI("args_sizes_get") int args_sizes_get(size_t *count, size_t *size);
WASI("args_get") int args_get(char **pointers, char *text);
WASI("environ_sizes_get") int environ_sizes_get(size_t *count, size_t *size);
WASI("environ_get") int environ_get(char **pointers, char *text);
WASI("proc_exit") _Noreturn void proc_exit(int code);

enum { EACCES = 2, EBADF = 8, EINTR = 27, EISDIR = 31, EMFILE = 33, ENAMETOOLONG = 37, ENFILE = 41, ENOENT = 44, ENOSPC = 51, ENOTDIR = 54,
       EPERM = 63, EPIPE = 64, EILSEQ = 25, EINVAL = 28, ENOTCAPABLE = 76, EDQUOT = 19 };

// MARK: The guest

GUEST("latch_start") int guest_start(void);
GUEST("latch_input_buffer") char *guest_input_buffer(size_t length);
GUEST("latch_set_arguments") void guest_set_arguments(size_t length);
GUEST("latch_output_pointer") const char *guest_output_pointer(void);
GUEST("latch_output_length") size_t guest_output_length(void);

/// GuestABI's `HostError`.
enum { NO_SUCH_FILE = 1, PERMISSION_DENIED, NOT_PERMITTED, IS_DIRECTORY, NOT_DIRECTORY, TOO_MANY_OPEN_FILES, NO_SPACE, BROKEN_PIPE, BAD_NAME,
       INTERRUPTED, OTHER };

static int reason(int number) {
  switch (number) {
    case ENOENT: return NO_SUCH_FILE;
    case EACCES: case EPERM: return PERMISSION_DENIED;
    case ENOTCAPABLE: return NOT_PERMITTED;
    case EISDIR: return IS_DIRECTORY;
    case ENOTDIR: return NOT_DIRECTORY;
    case EMFILE: case ENFILE: return TOO_MANY_OPEN_FILES;
    case ENOSPC: case EDQUOT: return NO_SPACE;
    case EPIPE: return BROKEN_PIPE;
    case EILSEQ: case EINVAL: case ENAMETOOLONG: return BAD_NAME;
    case EINTR: return INTERRUPTED;
    default: return OTHER;
  }
}

// MARK: Reading and writing

EXPORT("latch.write") int latch_write(const char *pointer, size_t length, int stream) {
  while (length) {
    vector vector = {pointer, length};
    size_t written = 0;
    int error = fd_write(stream, &vector, 1, &written);
    // That nobody reads the output is no reason to complain.
    if (error == EPIPE && stream == 1) proc_exit(1);
    if (error) return reason(error);
    // A host that has written nothing, or more than there is, would be asked for ever, or not know where to go on.
    if (!written || written > length) return OTHER;
    pointer += written;
    length -= written;
  }
  return 0;
}

EXPORT("latch.read") int latch_read(int stream, char *pointer, size_t capacity) {
  vector vector = {pointer, capacity};
  size_t count = 0;
  int error = fd_read(stream, &vector, 1, &count);
  if (error) return -reason(error);
  return count > capacity ? -OTHER : (int)count;
}

/// Waits for the stream and for no time at all; what comes first says which it is.
EXPORT("latch.ready") int latch_ready(int stream) {
  struct {
    uint64_t data;
    uint8_t tag;
    union {
      struct {
        uint32_t clock;
        uint64_t timeout, precision;
        uint16_t flags;
      } clock;
      uint32_t fd;
    } of;
  } subscriptions[2] = {{.data = 1, .tag = 1, .of.fd = stream}, {.data = 2, .tag = 0, .of.clock.clock = 1}};
  struct {
    uint64_t data;
    uint16_t error;
    uint8_t tag;
    uint64_t bytes;
    uint16_t flags;
  } events[2];
  size_t count = 0;
  if (poll_oneoff(subscriptions, events, 2, &count)) return 1;
  for (size_t i = 0; i < count; i++)
    if (events[i].data == 1) return 1;
  return 0;
}

EXPORT("latch.close") int latch_close(int stream) {
  int error = fd_close(stream);
  return error ? reason(error) : 0;
}

// MARK: Files

typedef struct {
  int directory;
  const char *path;
  size_t length;
} place;

static int starts_with(const char *text, size_t length, const char *start, size_t count) {
  if (length < count) return 0;
  for (size_t i = 0; i < count; i++)
    if (text[i] != start[i]) return 0;
  return 1;
}

/// Whether a path lies beneath a directory; then `length` is how much of it names the directory.
static int is_beneath(const char *path, size_t path_length, const char *name, size_t name_length, size_t *length) {
  while (name_length > 1 && name[name_length - 1] == '/') name_length--;
  // "." is where relative paths begin.
  if (name_length == 1 && name[0] == '.') {
    *length = 0;
    return path_length > 0 && path[0] != '/';
  }
  if (!starts_with(path, path_length, name, name_length)) return 0;
  if (name_length == 1 && name[0] == '/') {
    *length = 1;
    return 1;
  }
  if (path_length > name_length && path[name_length] != '/') return 0;
  *length = name_length;
  return 1;
}

/// The directory that was given to the program and names most of a path. -1 if there is none.
static place find(const char *path, size_t length) {
  place best = {-1, path, length};
  size_t longest = 0;
  char name[1024];
  for (int fd = 3;; fd++) {
    uint32_t prestat[2];
    if (fd_prestat_get(fd, prestat)) break;
    if ((prestat[0] & 0xFF) != 0 || prestat[1] > sizeof name || fd_prestat_dir_name(fd, name, prestat[1])) continue;
    size_t named;
    if (!is_beneath(path, length, name, prestat[1], &named) || (best.directory >= 0 && named < longest)) continue;
    longest = named;
    size_t start = named;
    while (start < length && path[start] == '/') start++;
    best = (place){fd, path + start, length - start};
  }
  if (best.directory >= 0 && best.length == 0) {
    best.path = ".";
    best.length = 1;
  }
  return best;
}

EXPORT("latch.open") int latch_open(const char *path, size_t length, int mode) {
  enum { READ = 0, WRITE = 1, APPEND = 2 };
  place place = find(path, length);
  if (place.directory < 0) return -NOT_PERMITTED;
  uint64_t rights = mode == READ ? 2 | 1 << 21 | 1 << 27 : 1 << 6 | 1 << 21 | 1 << 27;
  int opened;
  int error = path_open(
      place.directory, 1, place.path, place.length, mode == READ ? 0 : mode == WRITE ? 1 | 8 : 1, rights, 0, mode == APPEND ? 1 : 0, &opened);
  if (error) return -reason(error);
  if (mode != READ) return opened;
  // Opening a directory for reading succeeds.
  uint64_t stat[8];
  if (path_filestat_get(place.directory, 1, place.path, place.length, stat) == 0 && (stat[2] & 0xFF) == 3) {
    fd_close(opened);
    return -IS_DIRECTORY;
  }
  return opened;
}

EXPORT("latch.exists") int latch_exists(const char *path, size_t length) {
  place place = find(path, length);
  uint64_t stat[8];
  return place.directory >= 0 && path_filestat_get(place.directory, 1, place.path, place.length, stat) == 0;
}

EXPORT("latch.delete") int latch_delete(const char *path, size_t length) {
  place place = find(path, length);
  if (place.directory < 0) return NOT_PERMITTED;
  int error = path_unlink_file(place.directory, place.path, place.length);
  return error ? reason(error) : 0;
}

// MARK: The rest

static double seconds(int clock) {
  uint64_t time = 0;
  clock_time_get(clock, 1, &time);
  return (double)time / 1e9;
}

EXPORT("latch.clock") double latch_clock(void) { return seconds(1); }
EXPORT("latch.wall_clock") double latch_wall_clock(void) { return seconds(0); }
EXPORT("latch.exit") void latch_exit(int code) { proc_exit(code); }


/// The environment as it was at the first question: pointers, then text.
static char **variables;
static size_t variable_count, variable_bytes;

static int read_environment(void) {
  if (variables) return 1;
  if (environ_sizes_get(&variable_count, &variable_bytes)) return 0;
  size_t bytes = variable_count * sizeof(char *) + variable_bytes;
  size_t page = __builtin_wasm_memory_grow(0, bytes / 65536 + 1);
  if (page == (size_t)-1) return 0;
  char **pointers = (char **)(page * 65536);
  if (environ_get(pointers, (char *)(pointers + variable_count))) return 0;
  variables = pointers;
  return 1;
}

EXPORT("latch.environment") int latch_environment(const char *name, size_t length, char *pointer, size_t capacity) {
  if (!read_environment()) return -1;
  const char *value = (const char *)(variables + variable_count);
  size_t count = variable_bytes;
  if (length) {
    value = NULL;
    for (size_t i = 0; i < variable_count && !value; i++) {
      const char *variable = variables[i];
      size_t at = 0;
      while (at < length && variable[at] && variable[at] == name[at]) at++;
      if (at == length && variable[at] == '=') value = variable + length + 1;
    }
    if (!value) return -1;
    for (count = 0; value[count]; count++) {
    }
  }
  if (count <= capacity) __builtin_memcpy(pointer, value, count);
  return count;
}

static void set_arguments(void) {
  size_t count = 0, bytes = 0;
  if (args_sizes_get(&count, &bytes)) return;
  size_t start = (bytes + 7) & ~(size_t)7;
  char *buffer = guest_input_buffer(start + count * sizeof(char *));
  if (!buffer || args_get((char **)(buffer + start), buffer)) return;
  guest_set_arguments(bytes);
}

/// Says what went wrong in the last call of an exported procedure.
EXPORT("latch.report") void report(void) {
  latch_write(guest_output_pointer(), guest_output_length(), 2);
  latch_write("\n", 1, 2);
}

EXPORT("_initialize") void initialize(void) { set_arguments(); }

EXPORT("_start") void start(void) {
  set_arguments();
  if (guest_start() == 0) return;
  report();
  proc_exit(1);
}
