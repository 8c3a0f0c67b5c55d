// What stops a running program: Ctrl-C and the time limit. Both ask the program to stop, at its next poll. One that does not stop then is ended by the
// engine, wherever it is: after a moment of grace when its time is over, at the second Ctrl-C within a second. While the session would be lost by
// that (it collects, say), there is some more grace. In a batch the time limit ends the process in the end, whatever it is doing. Signals
// that come while a line is edited are in EditingSignals.swift.

import SchemeHost

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Nanoseconds from the moment when a program has to stop until it is ended by force: anyhow, while it is busy, and with the process.
private enum Grace {
  static let program: UInt64 = 50_000_000
  static let busyProgram: UInt64 = 100_000_000
  static let process: UInt64 = 120_000_000
  /// Seconds from one look at the clock to the next.
  static let interval = 0.01
  /// A second Ctrl-C counts as such for so long.
  static let secondPress: UInt64 = 1_000_000_000
}

/// The program that the signal handlers stop or ask.
nonisolated(unsafe) private var target: Interrupter?
/// Whether a program is running. Plain memory, as all of this: written by the one thread that the handlers interrupt.
nonisolated(unsafe) private var isRunning = false
/// Whether SIGINT came while none was running.
nonisolated(unsafe) private var isPending = false
/// Whether the program that runs, or ran last, was asked to stop; whether because of the time limit; whether it was ended by force.
nonisolated(unsafe) private var isStopping = false
nonisolated(unsafe) private var isTimeOver = false
nonisolated(unsafe) private var isEnded = false
/// Moments by `monotonicNanoseconds`: when the program's time is over; its last Ctrl-C; its second one.
nonisolated(unsafe) private var deadline = UInt64.max
nonisolated(unsafe) private var lastPress: UInt64 = 0
nonisolated(unsafe) private var secondPress = UInt64.max

private func handleInterrupt(_: Int32) {
  guard isRunning else {
    isPending = true
    return
  }
  isStopping = true
  target?()
  let now = monotonicNanoseconds()
  if lastPress > 0 && now - lastPress < Grace.secondPress && secondPress == .max {
    secondPress = now
    endProgram(overdue: now - secondPress, grace: 0)
    Interrupts.setTimer(Grace.interval, again: Grace.interval)
  }
  lastPress = now
}

/// Ends the program by force if its grace is over.
private func endProgram(overdue: UInt64, grace: UInt64) {
  guard let target, !isEnded, overdue >= (target.isBusy ? Grace.busyProgram : grace) else { return }
  isEnded = target.endFromSignalHandler()
}

private func handleAlarm(_: Int32) {
  let now = monotonicNanoseconds()
  if now >= deadline {
    if let lastWords, !isRunning || now - deadline >= Grace.process {
      _ = write(System.standardError, lastWords.baseAddress, lastWords.count)
      _exit(TimeLimitExceeded.exitCode)
    }
    if isRunning {
      isStopping = true
      isTimeOver = true
      target?()
      endProgram(overdue: now - deadline, grace: Grace.program)
    }
  }
  if isRunning && now >= secondPress { endProgram(overdue: now - secondPress, grace: 0) }
}

private func handleProfiling(_ signal: Int32) {
  guard isRunning else { return }
  if monotonicNanoseconds() < min(deadline, secondPress) { target?.sample() } else { handleAlarm(signal) }
}

/// What is said when the time of the whole process is over.
nonisolated(unsafe) private var lastWords: UnsafeBufferPointer<UInt8>?

enum Interrupts {
  /// The program that is stopped from now on; nil before its session goes.
  static func setTarget(_ interrupter: Interrupter?) { target = interrupter }

  /// From now on SIGINT does not end the process.
  static func install() {
    handle(SIGINT, handleInterrupt, flags: SA_ONSTACK)
    handle(SIGALRM, handleAlarm, flags: SA_ONSTACK)
  }

  /// Whether the program that runs has been asked to stop: what the command does for it may stop waiting.
  static var isStopWanted: Bool { isRunning && isStopping }

  static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void, flags: Int32) {
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
    handle(SIGALRM, handleAlarm, flags: SA_ONSTACK)
    startTimer(seconds, again: Grace.interval)
    defer { stopTimer() }
    return try notingTheEnd(of: seconds, body)
  }

  /// Runs a program within the time that is left for the process. Throws `TimeLimitExceeded` when it was stopped so.
  static func notingTheEnd(of seconds: Double, _ body: () throws -> Evaluation) throws -> Evaluation {
    isTimeOver = false
    do {
      let evaluation = try whileRunning(body)
      if evaluation != .interrupted || !isTimeOver { return evaluation }
    } catch let error as SessionLost where error.wasInterrupted && isTimeOver && lastWords != nil {
    } catch let error as FileError where error.isInterruption && isTimeOver {
    }
    guard let words = lastWords else { throw TimeLimitExceeded(seconds: seconds) }
    // Said at once, and only once: what is still to do may take longer than the process has.
    lastWords = UnsafeBufferPointer(start: nil, count: 0)
    _ = write(System.standardError, words.baseAddress, words.count)
    throw TimeLimitExceeded(seconds: seconds, isReported: true)
  }

  /// Runs something, and ends the process, wherever it is, after so many seconds; 0 is never. A program that runs then (`notingTheEnd`) has some grace.
  static func limitingProcess<Result>(to seconds: Double, _ body: () throws -> Result) throws -> Result {
    guard seconds > 0 else { return try body() }
    endProcess(after: seconds)
    let result = try body()
    stopTimer()
    lastWords = nil
    return result
  }

  /// Ends the process, wherever it is, after so many seconds; 0 is never.
  static func endProcess(after seconds: Double) {
    guard seconds > 0 else { return }
    let words = Array("latch: \(TimeLimitExceeded(seconds: seconds))\n".utf8)
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: words.count)
    _ = buffer.initialize(from: words)
    lastWords = UnsafeBufferPointer(buffer)
    handle(SIGALRM, handleAlarm, flags: SA_ONSTACK)
    startTimer(seconds, again: Grace.interval)
  }

  /// Runs a program that is asked each millisecond what it is doing (by the clock: a timer of processor time ticks too rarely), and, as `within` does,
  /// to stop after so many seconds.
  static func sampling(within seconds: Double, every interval: Double = 0.001, _ body: () throws -> Evaluation) throws -> Evaluation {
    handle(SIGALRM, handleProfiling, flags: SA_ONSTACK | SA_RESTART)
    startTimer(seconds, again: interval)
    setTimer(interval, again: interval)
    defer {
      stopTimer()
      handle(SIGALRM, handleAlarm, flags: SA_ONSTACK)
    }
    return try notingTheEnd(of: seconds, body)
  }

  private static func startTimer(_ seconds: Double, again: Double) {
    deadline = seconds > 0 ? monotonicNanoseconds() + UInt64(seconds * 1e9) : .max
    setTimer(seconds, again: again)
  }

  /// The program is over; it may have ended by itself just before it was asked to stop.
  private static func stopTimer() {
    setTimer(0, again: 0)
    deadline = .max
    target?.forget()
  }

  fileprivate static func setTimer(_ seconds: Double, again: Double) {
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
    if !wasRunning {
      isStopping = false
      isEnded = false
      lastPress = 0
      secondPress = .max
    }
    isRunning = true
    defer {
      isRunning = wasRunning
      if !wasRunning {
        if secondPress != .max && deadline == .max { setTimer(0, again: 0) }
        target?.forget()
      }
    }
    return try body()
  }

  /// Whether Ctrl-C was pressed while no program ran; it counts once.
  static func takePending() -> Bool {
    defer { isPending = false }
    return isPending
  }
}

/// The program was stopped because its time was over.
struct TimeLimitExceeded: Error, CustomStringConvertible {
  static let exitCode: Int32 = 124

  let seconds: Double
  /// Whether the user knows.
  var isReported = false

  var description: String { "stopped: the time limit of \(Format.seconds(seconds)) s is over" }
}
