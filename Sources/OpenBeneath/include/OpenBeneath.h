// What Swift cannot say of the host's file system: a system call without a wrapper in the C library (`syscall` is variadic), and constants that
// are macros with casts.
#pragma once

/// Opens `path`, relative to `directory`, close-on-exec. A component that would lead out of the directory fails with
/// EXDEV. Returns -1 with `errno` otherwise; ENOSYS where the system has no such call.
int latch_open_beneath(int directory, const char *path, int flags, unsigned mode);

/// The flag that opens a file merely as a place in the file system; for reading where there is no such flag.
extern const int latch_open_as_place;

/// In place of nanoseconds: set a time to the present, or leave it.
extern const long latch_time_now, latch_time_omit;
