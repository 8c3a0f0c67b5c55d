// What stops a running program: Ctrl-C and the time limit. Both ask the program to stop, at its next poll. While a line is awaited, Ctrl-C ends
// the wait.

import SchemeHost

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The program that the signal handlers stop or ask. Set before they are installed, then constant.
nonisolated(unsafe) private var target: Interrupter?
/// Whether a program is running. Plain memory: written by the one thread that the handler interrupts.
nonisolated(unsafe) private var isRunning = false
/// Whether SIGINT came while none was running.
nonisolated(unsafe) private var isPending = false
/// Whether the time limit stopped the program that ran last.
nonisolated(unsafe) private var isTimeOver = false

private func handleInterrupt(_: Int32) {
  if isRunning { target?() } else { isPending = true }
}

/// When the program that is being profiled has to stop (`monotonicNanoseconds`). Set before its timer.
nonisolated(unsafe) private var profileEnd = UInt64.max

private func handleProfiling(_ signal: Int32) {
  guard isRunning else { return }
  if monotonicNanoseconds() < profileEnd { target?.sample() } else { handleAlarm(signal) }
}

private func handleAlarm(_: Int32) {
  guard isRunning else { return }
  isTimeOver = true
  target?()
}

/// What is said when the time of the whole process is over. Set before the handler is installed, then constant.
nonisolated(unsafe) private var lastWords: UnsafeBufferPointer<UInt8>?

private func handleLastAlarm(_: Int32) {
  if let lastWords { _ = write(System.standardError, lastWords.baseAddress!, lastWords.count) }
  _exit(TimeLimitExceeded.exitCode)
}

enum Interrupts {
  enum Wait { case ready, interrupted, closed }

  /// From now on SIGINT does not end the process.
  static func install(_ interrupter: Interrupter) {
    target = interrupter
    handle(SIGINT, handleInterrupt, flags: SA_ONSTACK)
  }

  /// Makes `within` able to stop the program.
  static func installTimer(_ interrupter: Interrupter) {
    target = interrupter
    handle(SIGALRM, handleAlarm, flags: SA_ONSTACK)
  }

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void, flags: Int32) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    sigemptyset(&action.sa_mask)
    action.sa_flags = flags
    sigaction(signal, &action, nil)
  }

  /// Runs a program that is asked to stop after so many seconds; 0 is for ever. Throws `TimeLimitExceeded` when it was stopped so.
  static func within(_ seconds: Double, _ body: () throws -> Evaluation) throws -> Evaluation {
    guard seconds > 0 else { return try body() }
    setTimer(seconds, again: 0.05)
    defer { stopTimer() }
    return try notingTheEnd(of: seconds, body)
  }

  private static func notingTheEnd(of seconds: Double, _ body: () throws -> Evaluation) throws -> Evaluation {
    isTimeOver = false
    let evaluation = try whileRunning(body)
    if evaluation == .interrupted && isTimeOver { throw TimeLimitExceeded(seconds: seconds) }
    return evaluation
  }

  /// Ends the process, wherever it is, after so many seconds; 0 is never.
  static func endProcess(after seconds: Double) {
    guard seconds > 0 else { return }
    let words = Array("latch: \(TimeLimitExceeded(seconds: seconds))\n".utf8)
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: words.count)
    _ = buffer.initialize(from: words)
    lastWords = UnsafeBufferPointer(buffer)
    handle(SIGALRM, handleLastAlarm, flags: SA_ONSTACK)
    setTimer(seconds, again: 0)
  }

  /// Runs a program that is asked each millisecond what it is doing (by the clock: a timer of processor time ticks too rarely), and, as `within` does,
  /// to stop after so many seconds.
  static func sampling(_ interrupter: Interrupter, within seconds: Double, _ body: () throws -> Evaluation) throws -> Evaluation {
    target = interrupter
    profileEnd = seconds > 0 ? monotonicNanoseconds() + UInt64(seconds * 1e9) : .max
    handle(SIGALRM, handleProfiling, flags: SA_ONSTACK | SA_RESTART)
    setTimer(0.001, again: 0.001)
    defer {
      stopTimer()
      installTimer(interrupter)
    }
    return try notingTheEnd(of: seconds, body)
  }

  /// The program is over; it may have ended by itself just before it was asked to stop.
  private static func stopTimer() {
    setTimer(0, again: 0)
    target?.forget()
  }

  private static func setTimer(_ seconds: Double, again: Double) {
    func value(_ seconds: Double) -> timeval {
      var value = timeval()
      value.tv_sec = .init(seconds)
      value.tv_usec = .init((seconds - seconds.rounded(.down)) * 1e6)
      if seconds > 0 && value.tv_sec == 0 && value.tv_usec == 0 { value.tv_usec = 1 }
      return value
    }
    var timer = itimerval(it_interval: value(again), it_value: value(seconds))
    #if canImport(Glibc)
      setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    #else
      setitimer(ITIMER_REAL, &timer, nil)
    #endif
  }

  /// Runs a program that SIGINT may stop. A stop that comes when it has just ended by itself does not concern the next one.
  static func whileRunning<Result>(_ body: () throws -> Result) rethrows -> Result {
    let wasRunning = isRunning
    isRunning = true
    defer {
      isRunning = wasRunning
      if !wasRunning { target?.forget() }
    }
    return try body()
  }

  /// Waits until there is something to read, or for SIGINT. Between waits SIGINT is held back, so that none is missed.
  static func waitForInput(_ descriptor: Int32) -> Wait {
    var interrupt = sigset_t()
    var old = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_BLOCK, &interrupt, &old)
    defer { sigprocmask(SIG_SETMASK, &old, nil) }
    while true {
      if isPending {
        isPending = false
        return .interrupted
      }
      var descriptors = fd_set()
      withUnsafeMutableBytes(of: &descriptors) { $0[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8) }
      let count = pselect(descriptor + 1, &descriptors, nil, nil, nil, &old)
      if count > 0 { return .ready }
      // A change of the window's size interrupts the wait too; readline sees to it at the next key.
      if count < 0 && errno != EINTR { return .closed }
    }
  }
}

/// The program was stopped because its time was over.
struct TimeLimitExceeded: Error, CustomStringConvertible {
  static let exitCode: Int32 = 124

  let seconds: Double

  var description: String { "stopped: the time limit of \(Format.seconds(seconds)) s is over" }
}
