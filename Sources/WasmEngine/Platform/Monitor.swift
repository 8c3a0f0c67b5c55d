// A lock with a condition.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A lock with a condition to wait for.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// The same, unless the lock is not to be had for so many milliseconds: then nil.
  func locked<Result>(withinMilliseconds limit: Int, _ body: () throws -> Result) rethrows -> Result? {
    for attempt in 0...limit {
      if pthread_mutex_trylock(mutex) == 0 {
        defer { pthread_mutex_unlock(mutex) }
        return try body()
      }
      if attempt < limit { BackgroundThread.sleep(microseconds: 1000) }
    }
    return nil
  }

  /// Waits, with the lock held, until somebody calls `wakeAll` or so many nanoseconds are over. May also return earlier.
  func wait(nanoseconds: UInt64) {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let end = UInt64(deadline.tv_nsec) + nanoseconds
    deadline.tv_sec += Int(end / 1_000_000_000)
    deadline.tv_nsec = Int(end % 1_000_000_000)
    pthread_cond_timedwait(condition, mutex, &deadline)
  }

  func wakeAll() { pthread_cond_broadcast(condition) }
}
