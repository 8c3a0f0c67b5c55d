// clock_*, random_get, sched_yield.

extension Clock {
  var host: clockid_t {
    switch self {
    case .realtime: CLOCK_REALTIME
    case .monotonic: CLOCK_MONOTONIC
    case .processTime: CLOCK_PROCESS_CPUTIME_ID
    case .threadTime: CLOCK_THREAD_CPUTIME_ID
    }
  }

  /// In nanoseconds.
  var now: UInt64 {
    get throws(Errno) {
      var time = timespec()
      guard clock_gettime(host, &time) == 0 else { throw .ofLastCall }
      return time.nanoseconds
    }
  }
}

extension timespec {
  /// Since the epoch; times before it are 0, since WASI has none.
  var nanoseconds: UInt64 {
    tv_sec < 0 ? 0 : UInt64(tv_sec) &* 1_000_000_000 &+ UInt64(tv_nsec)
  }

  init(nanoseconds: UInt64) {
    self.init(tv_sec: numericCast(nanoseconds / 1_000_000_000), tv_nsec: numericCast(nanoseconds % 1_000_000_000))
  }
}

extension SystemCall {
  func clockResGet(_ clock: Clock, _ result: Output<UInt64>) throws(Errno) {
    var time = timespec()
    guard clock_getres(clock.host, &time) == 0 else { throw .ofLastCall }
    result.store(time.nanoseconds)
  }

  /// The precision that the program would be content with makes no difference.
  func clockTimeGet(_ clock: Clock, _ precision: UInt64, _ result: Output<UInt64>) throws(Errno) {
    result.store(try clock.now)
  }

  func randomGet(_ buffer: GuestBuffer) throws(Errno) {
    let bytes = buffer.bytes
    var position = 0
    while position < bytes.count {
      // The most that one call gives.
      let count = min(256, bytes.count - position)
      guard getentropy(bytes.baseAddress! + position, count) == 0 else { throw .ofLastCall }
      position += count
    }
  }

  func schedYield() throws(Errno) {
    guard sched_yield() == 0 else { throw .ofLastCall }
  }
}
