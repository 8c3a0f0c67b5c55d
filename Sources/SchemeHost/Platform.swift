// The C library under one name. The only file here that knows which system this is.

#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Glibc
#endif

/// What the system says about an error number.
public func systemErrorMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}

/// Nanoseconds of the monotonic clock.
public func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Seconds since 1970.
func wallClockSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The current directory's absolute path.
func currentDirectory() -> String {
  guard let path = getcwd(nil, 0) else { return "/" }
  defer { free(path) }
  return String(cString: path)
}

/// `close`, where a method has that name.
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// The value of an environment variable.
func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// All environment variables, as `NAME=VALUE`.
func environmentVariables() -> [String] {
  var result: [String] = []
  var next = environ
  while let entry = next.pointee {
    result.append(String(cString: entry))
    next += 1
  }
  return result
}
