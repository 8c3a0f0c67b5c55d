// Ctrl-C: while a program runs, it asks the program to stop; while a line is awaited, it ends the wait.

import SchemeHost

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The program that the signal handler stops. Set before the handler is installed, then constant.
nonisolated(unsafe) private var target: Interrupter?
/// Whether a program is running. Plain memory: written by the one thread that the handler interrupts.
nonisolated(unsafe) private var isRunning = false
/// Whether SIGINT came while none was running.
nonisolated(unsafe) private var isPending = false

private func handleInterrupt(_: Int32) {
  if isRunning { target?() } else { isPending = true }
}

enum Interrupts {
  enum Wait { case ready, interrupted, closed }

  /// From now on SIGINT does not end the process.
  static func install(_ interrupter: Interrupter) {
    target = interrupter
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handleInterrupt
    #else
      action.__sigaction_handler.sa_handler = handleInterrupt
    #endif
    sigemptyset(&action.sa_mask)
    action.sa_flags = Int32(SA_ONSTACK)
    sigaction(SIGINT, &action, nil)
  }

  /// Runs a program that SIGINT may stop.
  static func whileRunning<Result>(_ body: () throws -> Result) rethrows -> Result {
    isRunning = true
    defer { isRunning = false }
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
