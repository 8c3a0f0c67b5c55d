// Background threads and their waiting, on Linux.

#if os(Linux)
  import Glibc
  import RuntimeLayout

  enum BackgroundThread {
    /// Runs `body` on a new detached thread, on which no signal of the program is handled but faults of its own. False when the system refuses.
    static func start(stackSize: Int, _ body: @escaping @Sendable () -> Void) -> Bool {
      final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
      }
      var attributes = pthread_attr_t()
      guard pthread_attr_init(&attributes) == 0 else { return false }
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
      pthread_attr_setstacksize(&attributes, stackSize)
      // A thread inherits what is blocked.
      var all = sigset_t()
      var before = sigset_t()
      sigfillset(&all)
      for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, fault) }
      pthread_sigmask(SIG_SETMASK, &all, &before)
      defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
      var thread = pthread_t()
      let start = Unmanaged.passRetained(Start(body))
      let result = pthread_create(
        &thread, &attributes,
        { pointer in
          guard let pointer else { return nil }
          Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body()
          return nil
        }, start.toOpaque())
      if result != 0 { start.release() }
      return result == 0
    }
  }

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

    /// Waits, with the lock held, until somebody calls `wakeAll` or so many seconds are over. May also return earlier.
    func wait(seconds: Int) {
      var deadline = timespec()
      clock_gettime(CLOCK_REALTIME, &deadline)
      deadline.tv_sec += seconds
      pthread_cond_timedwait(condition, mutex, &deadline)
    }

    func wakeAll() { pthread_cond_broadcast(condition) }
  }

  enum MonotonicClock {
    static var nanoseconds: UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Of this thread's processor time.
    static var threadNanoseconds: UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
  }
#endif
