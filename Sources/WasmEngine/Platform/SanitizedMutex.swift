// For scripts/sanitize alone: the thread sanitizer does not see the locks of the library `Synchronization`, and would take whatever they guard for a
// race. In such builds this one stands in their place, under their name.

#if THREAD_SANITIZER
  /// Stands for `Synchronization.Mutex`.
  struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let monitor = Monitor()
    private let value: UnsafeMutablePointer<Value>

    init(_ initial: consuming Value) {
      value = .allocate(capacity: 1)
      value.initialize(to: initial)
    }

    borrowing func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
      try monitor.locked { try body(&value.pointee) }
    }

    /// Waits all the same.
    borrowing func withLockIfAvailable<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result? { try withLock(body) }

    deinit {
      value.deinitialize(count: 1)
      value.deallocate()
    }
  }
#endif
