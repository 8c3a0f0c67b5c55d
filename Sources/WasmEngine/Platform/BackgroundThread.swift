// Background threads.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let start = Unmanaged.passRetained(Start(body))
    let result = pthread_create(
      &thread, &attributes,
      { pointer in
        // Not every system says that the pointer is there.
        if let pointer = pointer as UnsafeMutableRawPointer? { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, start.toOpaque())
    if result != 0 { start.release() }
    return result == 0
  }

  /// Says that the calling thread works for long and nobody waits for it: when it wakes up, it takes no processor from those who have one, where the
  /// system knows that. It gets its share all the same, or, `altogether`, only what nobody wants.
  static func giveWay(altogether: Bool = false) {
    #if canImport(Darwin)
      pthread_set_qos_class_self_np(altogether ? QOS_CLASS_BACKGROUND : QOS_CLASS_UTILITY, 0)
    #elseif canImport(Glibc)
      // SCHED_IDLE and SCHED_BATCH, which Swift does not see.
      var parameters = sched_param()
      sched_setscheduler(0, altogether ? 5 : 3, &parameters)
    #endif
  }

  /// A number for the calling thread that no other has at the same time.
  static var currentNumber: UInt {
    #if canImport(Darwin)
      return UInt(bitPattern: pthread_self()) & 0xFFFF_FFFF_FFFF
    #else
      return UInt(pthread_self()) & 0xFFFF_FFFF_FFFF
    #endif
  }

  static func sleep(microseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: 1000 * microseconds)
    nanosleep(&time, nil)
  }
}
